import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { mintDevToken } from "../../scripts/dev-secrets.ts";
import { buildSdk } from "../../scripts/sdk/build-sdk.ts";
import { ROOT } from "../../scripts/service/paths.ts";
import { wireId } from "../../src/ids.ts";
import { SUBSCRIPTIONS } from "../../src/outbox/event-types.ts";
import { RETRY_DELAYS_MS } from "../../src/webhooks/retry-schedule.ts";
import { DELIVERY_STATUSES } from "../../src/webhooks/schema.ts";
import "../support/context.ts";
import { makeApiKey, makeLocation, makePartner } from "../support/factories.ts";
import { dense, follow, patternOf, stepsOf } from "../support/guide.ts";
import { type ReceiverProcess, startReceiverProcess } from "../support/receiver-process.ts";
import { claimRegion } from "../support/regions.ts";
import { askService } from "../support/service.ts";
import { startReceiver } from "../webhooks/receiver.ts";

const GUIDE = await readFile(join(ROOT, "docs/guides/webhooks.md"), "utf8");
/** Where the guide's reader has the service, and a receiver. */
const READERS_ADDRESS = "http://127.0.0.1:8787";
const READERS_RECEIVER = "http://127.0.0.1:3000";
const STEPS = stepsOf(GUIDE);

/** `npm test` asks for nothing but Node and npm. */
const lacking = ["bash", "curl", "npm", "tee"].filter(
  (tool) => spawnSync(tool, ["--version"]).error !== undefined,
);

describe.skipIf(lacking.length > 0)("docs/guides/webhooks.md, followed line by line", () => {
  let printed: readonly string[];
  beforeAll(async () => {
    expect(STEPS[0]?.commands).toContain(READERS_ADDRESS);
    expect(GUIDE).toContain(READERS_RECEIVER);
    await using receiver = await startReceiver();
    const here = { [READERS_ADDRESS]: inject("serviceAddress"), [READERS_RECEIVER]: receiver.address };
    const outputs = await follow(STEPS, here);
    printed = outputs.map((output) => output.replaceAll(receiver.address, READERS_RECEIVER));
  });

  it.each(STEPS.map((step, i) => ({ ...step, i, begins: step.commands.split("\n")[0] })))(
    "line $line: $begins",
    ({ answer, i }) => {
      expect(dense(printed[i] ?? "")).toMatch(patternOf(answer));
    },
  );
});

/** The programs of the guide, by the names that they bear in their first line. */
const PROGRAMS = Array.from(
  GUIDE.matchAll(/^```javascript\n\/\/ (receiver-\w+)\.mjs\n(.*?)^```$/gms),
  ([, name = "", code = ""]) => ({ name, code }),
);

/** The same with the SDK, mended as the guide says. */
const WITH_SDK = PROGRAMS.map(({ name, code }) => ({
  name: `${name}-sdk`,
  code: code
    .replace('{ Webhook } from "standardwebhooks"', '{ verifyWebhookSignature } from "@snapact/connect-sdk"')
    .replace(/^const webhook = .*\n/m, "")
    .replace(
      /webhook\.verify\((.*), (.*)\);$/m,
      "verifyWebhookSignature($2, $1, process.env.WEBHOOK_SECRET);",
    ),
}));

/** What the guide has for any framework. */
const FIVE_LINES = Array.from(
  GUIDE.matchAll(/^```javascript\n(import [^`]*export function eventOf[^`]*)^```$/gm),
  ([, code = ""]) => code,
);

describe("the receivers of docs/guides/webhooks.md, as printed", () => {
  type Running = {
    readonly name: string;
    readonly webhook: string;
    secret: string;
    process: ReceiverProcess;
  };
  const stack = new AsyncDisposableStack();
  const running: Running[] = [];
  let folder: string;
  let person: string;
  let key: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "receivers-"));
    stack.defer(() => rm(folder, { recursive: true }));
    for (const packageName of ["express", "fastify", "hono", "@hono/node-server", "standardwebhooks"]) {
      const link = join(folder, "node_modules", packageName);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(ROOT, "node_modules", packageName), link);
    }
    await buildSdk(join(folder, "node_modules/@snapact/connect-sdk"));

    const partner = await makePartner();
    await makeLocation(partner, (await claimRegion("webhooks-guide")).at(0, 0));
    key = (await makeApiKey(partner)).key;
    person = await mintDevToken("partner", wireId("ptr", partner.partnerId));
    for (const { name, code } of [...PROGRAMS, ...WITH_SDK]) {
      const file = join(folder, `${name}.mjs`);
      await writeFile(file, code);
      // It is told its secret as it starts, and tells its address then.
      const events = ["catalog.item.upserted"];
      const created = await ask(person, "POST", WEBHOOKS, { url: `${READERS_RECEIVER}/webhooks`, events });
      const [webhook, secret] = [`${WEBHOOKS}/${created["webhook_id"]}`, String(created["secret"])];
      const process = stack.use(await startReceiverProcess(file, secret));
      await ask(person, "PATCH", webhook, { url: process.url });
      running.push({ name, webhook, secret, process });
    }
  });
  afterAll(() => stack.disposeAsync());

  /** What each has printed, once it is `lines`. */
  const untilPrinted = (lines: readonly RegExp[]) =>
    expect
      .poll(() => running.map(({ name, process }) => ({ name, printed: process.printed })), {
        timeout: 20_000,
      })
      .toEqual(
        running.map(({ name }) => ({ name, printed: lines.map((line) => expect.stringMatching(line)) })),
      );
  const upserted = (quantity: number) =>
    new RegExp(`^catalog\\.item\\.upserted evt_\\w{26} \\{"external_ref":"bread".*"quantity":${quantity},`);
  const count = async (quantity: number) => {
    const price = { amount: 100, currency: "NGN" };
    const item = { external_ref: "bread", title: "Bread", price, stock: { quantity } };
    await ask(key, "POST", "/connect/v1/catalog/items", item);
  };

  it("need five lines to verify, with the SDK or without", async () => {
    expect(FIVE_LINES).toHaveLength(2);
    const secret = "whsec_JxHp8wMgInsL6O531psAJWY4vc5EqGm0";
    const body = JSON.stringify({ id: "evt_1", type: "webhook.test", data: {} });
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = {
      "webhook-id": "evt_1",
      "webhook-timestamp": String(timestamp),
      "webhook-signature": new Webhook(secret).sign("evt_1", new Date(timestamp * 1000), body),
      "x-snapact-timestamp": String(timestamp),
      "x-snapact-signature": `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`,
    };
    for (const [i, code] of FIVE_LINES.entries()) {
      expect(
        code
          .trim()
          .split("\n")
          .filter((line) => line !== "").length,
      ).toBeLessThanOrEqual(5);
      const file = join(folder, `five-lines-${i}.mjs`);
      const tried = `for (const text of [${JSON.stringify(body)}, "{}"]) {
        try { console.log(eventOf(${JSON.stringify(headers)}, text).type) } catch { console.log("refused") }
      }`;
      await writeFile(file, `${code}\n${tried}`);
      const env = { PATH: process.env["PATH"], WEBHOOK_SECRET: secret };
      const { stdout } = spawnSync(process.execPath, [file], { env, encoding: "utf8" });
      expect(stdout).toBe("webhook.test\nrefused\n");
    }
  });

  it("are three, each with the SDK too", () => {
    expect(running.map(({ name }) => name)).toEqual(
      ["express", "hono", "fastify", "express-sdk", "hono-sdk", "fastify-sdk"].map(
        (name) => `receiver-${name}`,
      ),
    );
  });

  it("print what changed, verified", async () => {
    await count(7);
    await untilPrinted([upserted(7)]);
  });

  it("handle an event once, however often it comes", async () => {
    const firstOf = async ({ webhook }: Running) =>
      ((await ask(person, "GET", `${webhook}/deliveries`))["items"] as Record<string, unknown>[])[0];
    const redeliver = async (each: Running) => {
      await expect.poll(() => firstOf(each)).toMatchObject({ status: "delivered", attempts: 1 });
      const delivery = await firstOf(each);
      await ask(person, "POST", `${each.webhook}/deliveries/${delivery?.["delivery_id"]}/redeliver`, {});
      await expect
        .poll(() => firstOf(each), { timeout: 20_000 })
        .toMatchObject({ status: "delivered", attempts: 2, response_code: 204 });
    };
    await Promise.all(running.map(redeliver));
    await count(8);
    await untilPrinted([upserted(7), upserted(8)]);
  });

  it("go on with the secret that they have while its rotation overlaps", async () => {
    for (const { webhook } of running) await ask(person, "POST", `${webhook}/rotate`, { overlap_s: 3600 });
    await count(9);
    await untilPrinted([upserted(7), upserted(8), upserted(9)]);
  });

  it("refuse what is not ours, and print nothing of it", async () => {
    const body = JSON.stringify({ id: "evt_1", type: "order.paid", data: {} });
    const nowS = Math.floor(Date.now() / 1000);
    for (const { process, secret } of running) {
      const signed = (seconds: number, text: string) => ({
        "webhook-id": "evt_1",
        "webhook-timestamp": String(seconds),
        "webhook-signature": new Webhook(secret).sign("evt_1", new Date(seconds * 1000), text),
        "X-SnapAct-Timestamp": String(seconds),
        "X-SnapAct-Signature": `v1=${"0".repeat(64)}`,
      });
      const forgeries: Record<string, string>[] = [
        {},
        { ...signed(nowS, body), "webhook-signature": "v1,AAAA" },
        signed(nowS, `${body} `),
        signed(nowS - 301, body),
        signed(nowS + 310, body),
      ];
      for (const headers of forgeries) {
        const response = await fetch(process.url, {
          method: "POST",
          headers: { "Content-Type": "application/json", ...headers },
          body,
        });
        expect([process.url, response.status]).toEqual([process.url, 400]);
        await response.body?.cancel();
      }
    }
    await untilPrinted([upserted(7), upserted(8), upserted(9)]);
  });
});

const WEBHOOKS = "/partners/me/connect/webhooks";

/** The answer's body, which must be that of a success. */
async function ask(
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const response = await askService(path, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} → ${response.status} ${text}`);
  return JSON.parse(text);
}

describe("docs/guides/webhooks.md", () => {
  it("names every type that can be subscribed to, and every status of a delivery", () => {
    const told = new Set(Array.from(GUIDE.matchAll(/`([^`\n]+)`/g), ([, name]) => name));
    expect([...told]).toEqual(expect.arrayContaining([...SUBSCRIPTIONS, ...DELIVERY_STATUSES]));
  });

  it("says when what failed is sent again", () => {
    const steps = RETRY_DELAYS_MS.map((ms) => {
      if (ms < 60_000) return `${ms / 1000} s`;
      return ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`;
    });
    expect(GUIDE).toContain(`${steps.slice(0, -1).join(", ")} and ${steps.at(-1)}`);
  });
});
