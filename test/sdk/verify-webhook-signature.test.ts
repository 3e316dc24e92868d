import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { SnapActSignatureError, verifyWebhookSignature, type WebhookHeaders } from "../../src/sdk/index.ts";
import { verifyAt } from "../../src/sdk/verify-webhook-signature.ts";
import { signedHeaders } from "../../src/webhooks/sign-delivery.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const NOW_S = 1_795_000_000;
const BODY = '{"id":"evt_1","type":"order.paid","data":{"title":"Gari, 5 kg – “Ìjẹ̀bú”"}}';

/** The v1 value as a library makes it that is not ours; its scheme is the same. */
function v1Of(payload: string, secret = SECRET, timestamp = NOW_S): string {
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  return /v1=[0-9a-f]{64}/.exec(header)![0];
}

const headersOf = (signature = v1Of(BODY), timestamp = String(NOW_S)): Record<string, string> => ({
  "x-snapact-timestamp": timestamp,
  "x-snapact-signature": signature,
});
const verify = (
  headers: WebhookHeaders | { timestamp: string | number; signature: string },
  body: string | Uint8Array = BODY,
) => verifyAt(NOW_S * 1000, headers, body, SECRET);
const reasonOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(SnapActSignatureError);
    return (error as SnapActSignatureError).reason;
  }
  return "none";
};

describe("a delivery that is what it says", () => {
  it.each([
    ["Headers", new Headers(headersOf())],
    ["headers as Node has them", headersOf()],
    [
      "headers as they were sent",
      { "X-SnapAct-Timestamp": String(NOW_S), "X-SnapAct-Signature": v1Of(BODY) },
    ],
    ["headers as lists", { "x-snapact-timestamp": [String(NOW_S)], "x-snapact-signature": [v1Of(BODY)] }],
    ["its two values", { timestamp: String(NOW_S), signature: v1Of(BODY) }],
    ["its two values, the timestamp as a number", { timestamp: NOW_S, signature: v1Of(BODY) }],
  ])("is verified by %s, and gives the event", (_form, headers) => {
    expect(verify(headers)).toEqual(JSON.parse(BODY));
  });

  it("is verified from its bytes as from its text", () => {
    expect(verify(headersOf(), Buffer.from(BODY))).toEqual(JSON.parse(BODY));
    expect(verify(headersOf(), new TextEncoder().encode(BODY))).toEqual(JSON.parse(BODY));
  });

  it("is verified by the old and by the new secret while both sign", () => {
    const headers = headersOf(`${v1Of(BODY, OTHER_SECRET)},${v1Of(BODY)}`);
    for (const secret of [SECRET, OTHER_SECRET]) {
      expect(verifyAt(NOW_S * 1000, headers, BODY, secret)).toEqual(JSON.parse(BODY));
    }
    const inTwoHeaders = { ...headersOf(), "x-snapact-signature": [v1Of(BODY, OTHER_SECRET), v1Of(BODY)] };
    expect(verify(inTwoHeaders)).toEqual(JSON.parse(BODY));
  });

  it("is verified beside signatures of a kind that is not known yet", () => {
    expect(verify(headersOf(`v2=abc, ${v1Of(BODY)} ,v9=`))).toEqual(JSON.parse(BODY));
  });

  it("is verified up to the tolerance from this clock, either way", () => {
    for (const awayS of [-300, 300]) {
      const headers = headersOf(v1Of(BODY, SECRET, NOW_S + awayS), String(NOW_S + awayS));
      expect(verify(headers)).toEqual(JSON.parse(BODY));
      expect(reasonOf(() => verifyAt(NOW_S * 1000, headers, BODY, SECRET, 299))).toBe(
        "timestamp_outside_tolerance",
      );
    }
  });

  it("is verified as it comes through a real server", async () => {
    const told: unknown[] = [];
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      told.push(verify(request.headers, Buffer.concat(parts)));
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await fetch(`http://127.0.0.1:${port}`, { method: "POST", headers: headersOf(), body: BODY });
    await new Promise((resolve) => server.close(resolve));
    expect(told).toEqual([JSON.parse(BODY)]);
  });

  it("is verified as the service signs it, also while a rotated secret overlaps", async () => {
    const delivery = { eventId: "evt_1", eventType: "order.paid", body: BODY, timestampS: NOW_S };
    const headers = await signedHeaders(delivery, [SECRET, OTHER_SECRET]);
    for (const secret of [SECRET, OTHER_SECRET]) {
      expect(verifyAt(NOW_S * 1000, headers, BODY, secret)).toEqual(JSON.parse(BODY));
    }
  });

  it("uses the clock on the wall when nothing else is said", () => {
    const nowS = Math.floor(Date.now() / 1000);
    const headers = headersOf(v1Of(BODY, SECRET, nowS), String(nowS));
    expect(verifyWebhookSignature(headers, BODY, SECRET)).toEqual(JSON.parse(BODY));
    expect(reasonOf(() => verifyWebhookSignature(headersOf(), BODY, SECRET))).toBe(
      "timestamp_outside_tolerance",
    );
    expect(verifyWebhookSignature(headersOf(), BODY, SECRET, { toleranceS: 1e12 })).toEqual(JSON.parse(BODY));
  });
});

describe("a delivery that is not what it says", () => {
  const forged = "v1=".padEnd(67, "0");
  it.each([
    ["without a timestamp", { "x-snapact-signature": v1Of(BODY) }, "header_missing"],
    ["without a signature", { "x-snapact-timestamp": String(NOW_S) }, "header_missing"],
    ["with nothing", {}, "header_missing"],
    ["with an empty signature", headersOf(""), "header_missing"],
    ["with a timestamp that is none", headersOf(v1Of(BODY), "yesterday"), "header_malformed"],
    [
      "with a timestamp of another spelling",
      headersOf(v1Of(BODY), `0x${NOW_S.toString(16)}`),
      "header_malformed",
    ],
    ["with a fraction of a second", headersOf(v1Of(BODY), `${NOW_S}.0`), "header_malformed"],
    ["with a made-up signature", headersOf(forged), "signature_mismatch"],
    ["with another secret's signature", headersOf(v1Of(BODY, OTHER_SECRET)), "signature_mismatch"],
    ["with another body's signature", headersOf(v1Of(`${BODY} `)), "signature_mismatch"],
    ["with another moment's signature", headersOf(v1Of(BODY, SECRET, NOW_S - 1)), "signature_mismatch"],
    ["with half a signature", headersOf(v1Of(BODY).slice(0, 35)), "signature_mismatch"],
    ["with a signature and a half", headersOf(`${v1Of(BODY)}00`), "signature_mismatch"],
    ["with a bare signature", headersOf(v1Of(BODY).slice(3)), "signature_mismatch"],
    ["with a signature of an older scheme", headersOf(v1Of(BODY).replace("v1", "v0")), "signature_mismatch"],
    [
      "that is an hour old",
      headersOf(v1Of(BODY, SECRET, NOW_S - 3600), String(NOW_S - 3600)),
      "timestamp_outside_tolerance",
    ],
  ])("%s is refused, and it is said why", (_how, headers, reason) => {
    expect(reasonOf(() => verify(headers as WebhookHeaders))).toBe(reason);
  });

  it("any changed bit of the body is noticed", () => {
    const bytes = Buffer.from(BODY);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(reasonOf(() => verify(headersOf(), changed))).toBe("signature_mismatch");
    }
  });

  it.each([["not JSON"], [Buffer.from([0xff, 0xfe])]])("%o is signed, but no event", (body) => {
    const payload = body.toString("latin1");
    const bytes = Buffer.from(payload, "latin1");
    const headers = typeof body === "string" ? headersOf(v1Of(payload)) : headersOf(signedBytes(bytes));
    expect(reasonOf(() => verify(headers, bytes))).toBe("body_malformed");
  });
});

describe("a mistake in the receiver", () => {
  it.each([undefined, "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", `${SECRET}\n`])(
    "a secret such as %o is refused before it lets anything in",
    (secret) => {
      expect(() => verifyAt(NOW_S * 1000, headersOf(), BODY, secret as string)).toThrow(TypeError);
    },
  );

  it("a body that was parsed already cannot be verified", () => {
    const parsed = JSON.parse(BODY) as unknown as string;
    expect(() => verify(headersOf(), parsed)).toThrow(/not parsed/);
  });

  it.each([Number.NaN, -1])("a tolerance of %o would let everything in, or nothing", (toleranceS) => {
    expect(() => verifyWebhookSignature(headersOf(), BODY, SECRET, { toleranceS })).toThrow(TypeError);
  });
});

/** Stripe's library signs text only. */
function signedBytes(bytes: Buffer): string {
  return `v1=${createHmac("sha256", SECRET).update(`${NOW_S}.`).update(bytes).digest("hex")}`;
}
