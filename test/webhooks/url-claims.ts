import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type UrlRules, webhookUrlProblem } from "../../src/webhooks/webhook-url.ts";
import { HOSTILE_URLS, LOOPBACK_URLS } from "./hostile-urls.ts";

const PRODUCTION: UrlRules = { environment: "production", ownZones: ["snapact.io", "snap-act.test.org"] };
const DEVELOPMENT: UrlRules = { ...PRODUCTION, environment: "development" };
const EVERYWHERE = [PRODUCTION, DEVELOPMENT];

const ORDINARY_URLS = [
  "https://shop.example.com",
  "https://shop.example.com/",
  "https://shop.example.com:443/hooks",
  "https://SHOP.example.com/Hooks/%E2%82%AC?token=a-b_c~d&x[]=1",
  "HTTPS://shop.example.com/hooks",
  "https://xn--bcher-kva.example.com/",
  "https://shop.xn--p1ai/",
  "https://notsnapact.io/",
  "https://snapact.io.example.com/",
  "https://1.example.com/",
  "https://127.0.0.1.example.com/",
  // Reserved, and nobody's: documentation and tests name it, and it leads nowhere.
  "https://shop.example/hooks",
  "https://a.b.c.d.e.example.museum/x?redirect=https://10.0.0.1/",
  "https://shop.example.com?user@host",
];
const LONGEST_URL = `https://shop.example.com/${"x".repeat(2048 - 25)}`;

const label = fc
  .stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/)
  .filter((text) => !text.startsWith("xn--"));
const topLevelDomain = fc.constantFrom("com", "ng", "shop", "museum", "co.uk");

/** One of the ways in which a browser lets a part of an IPv4 address be written. */
const radix = fc.constantFrom(
  (n: number) => String(n),
  (n: number) => `0x${n.toString(16)}`,
  (n: number) => `0X${n.toString(16).toUpperCase()}`,
  (n: number) => `0${n.toString(8)}`,
  (n: number) => `0x000${n.toString(16)}`,
);
const spelledIpv4 = fc
  .tuple(
    fc.nat(0xffff_ffff),
    fc.integer({ min: 1, max: 4 }),
    fc.tuple(radix, radix, radix, radix),
    fc.boolean(),
  )
  .map(([address, parts, radices, dotAtEnd]) => {
    const bytes = [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff);
    const leading = bytes.slice(0, parts - 1);
    const last = bytes.slice(parts - 1).reduce((sum, byte) => sum * 256 + byte, 0);
    const spelled = [...leading, last].map((part, i) => radices[i]?.(part)).join(".");
    return dotAtEnd ? `${spelled}.` : spelled;
  });

/** What `webhookUrlProblem` is held to, in whichever runtime, with its own URL parser, this runs. */
export function describeWebhookUrls(): void {
  describe("a webhook's URL", () => {
    it.each(ORDINARY_URLS)("may be %s", (url) => {
      for (const rules of EVERYWHERE) expect(webhookUrlProblem(url, rules)).toBeUndefined();
    });

    it("is one of a hundred hostile ones in no environment", () => {
      expect(new Set(HOSTILE_URLS).size).toBeGreaterThan(100);
      for (const rules of EVERYWHERE) {
        const accepted = HOSTILE_URLS.filter((url) => webhookUrlProblem(url, rules) === undefined);
        expect(accepted).toEqual([]);
      }
    });

    it("is on one's own machine only while developing", () => {
      for (const url of LOOPBACK_URLS) {
        expect([url, webhookUrlProblem(url, DEVELOPMENT)]).toEqual([url, undefined]);
        expect([url, webhookUrlProblem(url, PRODUCTION)]).toEqual([url, expect.any(String)]);
      }
    });

    it.each([
      ["https://10.0.0.1/", "must name a host, not an IP address"],
      ["https://0x0a.1/", "must name a host, not an IP address"],
      ["https://[::ffff:10.0.0.1]/", "must name a host, not an IP address"],
      ["http://shop.example.com/", "must use https"],
      ["shop.example.com", "must begin with https://"],
      ["https://shop.example.com:8443/", "must use port 443, which is https's own"],
      ["https://me@shop.example.com/", "must not hold a user name or password"],
      ["https://shop.example.com/#top", "must not have a fragment (#…)"],
      ["https://connect.snapact.io/", "must not name a host of ours"],
      ["https://shop/", "must name a host in full, such as shop.example.com"],
    ])("that is refused is told what is wrong: %s", (url, problem) => {
      expect(webhookUrlProblem(url, PRODUCTION)).toBe(problem);
    });

    it("has at most 2,048 characters", () => {
      expect(webhookUrlProblem(LONGEST_URL, PRODUCTION)).toBeUndefined();
      expect(webhookUrlProblem(`${LONGEST_URL}x`, PRODUCTION)).toBe("must have at most 2048 characters");
    });

    it("is any public name's, whatever follows it", () => {
      fc.assert(
        fc.property(
          fc.array(label, { minLength: 1, maxLength: 4 }),
          topLevelDomain,
          fc.webPath(),
          fc.constantFrom("", ":443"),
          (labels, end, path, port) => {
            const url = `https://${labels.join(".")}.${end}${port}${path}`;
            for (const rules of EVERYWHERE)
              expect([url, webhookUrlProblem(url, rules)]).toEqual([url, undefined]);
          },
        ),
        { seed: 20_261_122, numRuns: 2000 },
      );
    });

    it("is no IPv4 address, however it is spelled", () => {
      fc.assert(
        fc.property(spelledIpv4, fc.constantFrom("", ":443"), fc.webPath(), (address, port, path) => {
          const url = `https://${address}${port}${path}`;
          expect([url, webhookUrlProblem(url, PRODUCTION)]).toEqual([url, expect.any(String)]);
          if (/^127(\.(\d|[1-9]\d+)){3}$/.test(address)) return;
          expect([url, webhookUrlProblem(url, DEVELOPMENT)]).toEqual([url, expect.any(String)]);
        }),
        { seed: 20_261_122, numRuns: 5000 },
      );
    });

    it("is no IPv6 address", () => {
      fc.assert(
        fc.property(fc.ipV6(), (address) => {
          expect(webhookUrlProblem(`https://[${address}]/`, PRODUCTION)).toEqual(expect.any(String));
        }),
        { seed: 20_261_122, numRuns: 2000 },
      );
    });

    it("lies in none of our zones", () => {
      fc.assert(
        fc.property(
          fc.array(label, { maxLength: 3 }),
          fc.constantFrom(...PRODUCTION.ownZones),
          (labels, zone) => {
            for (const rules of EVERYWHERE) {
              expect(webhookUrlProblem(`https://${[...labels, zone].join(".")}/`, rules)).toEqual(
                expect.any(String),
              );
            }
          },
        ),
        { seed: 20_261_122, numRuns: 500 },
      );
    });

    it("is read by the URL parser as it is written: https, the port, the host and no more", () => {
      const pieces = fc.constantFrom(
        ..."https:// : / \\ @ # ? % [ ] . .. 127.0.0.1 0x7f localhost shop example com 443 80 %2e %40 。 ① \t \u00ad -".split(
          " ",
        ),
        ":443",
        "shop.example.com",
      );
      let accepted = 0;
      fc.assert(
        fc.property(
          fc.array(pieces, { minLength: 1, maxLength: 8 }),
          fc.constantFrom("", "https://"),
          (text, start) => {
            const url = start + text.join("");
            if (webhookUrlProblem(url, PRODUCTION) !== undefined) return;
            accepted++;
            const { protocol, host, port, username, password, hash } = new URL(url);
            expect([protocol, port, username, password, hash]).toEqual(["https:", "", "", "", ""]);
            expect(url.toLowerCase().replace(":443", "").startsWith(`https://${host}`)).toBe(true);
            expect(host).toMatch(/^([a-z0-9-]+\.)+[a-z-]+$/);
          },
        ),
        { seed: 20_261_122, numRuns: 20_000 },
      );
      expect(accepted).toBeGreaterThan(50);
    });
  });
}
