import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { HOST } from "../../scripts/service/ports.ts";
import type { AttemptResult } from "../../src/webhooks/attempt-delivery.ts";
import { SOURCES, workerModules } from "../support/worker-modules.ts";
import { newSecret } from "./delivery-world.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const LONG_MS = 20_000;
const SHORT_MS = 150;

/** Makes the attempt that it is asked for. */
const ATTEMPTING_WORKER = `
  import { attemptDelivery } from "./attempt-delivery.ts";
  export default {
    async fetch(request) {
      const { attempt, timeoutMs } = await request.json();
      const deps = {
        urlRules: { environment: "development", ownZones: [] },
        fetch,
        now: Date.now,
        timeout: () => AbortSignal.timeout(timeoutMs),
      };
      return Response.json(await attemptDelivery(deps, attempt));
    },
  };`;

describe("an attempt, in workerd", () => {
  let miniflare: Miniflare;
  let receiver: Receiver;
  const path = "/hooks/workerd";
  const secret = newSecret();

  beforeAll(async () => {
    receiver = await startReceiver();
    receiver.secrets.set(path, secret);
    miniflare = new Miniflare(
      convertV4MiniflareOptions({
        host: HOST,
        port: 0,
        cf: false,
        telemetry: { enabled: false },
        modules: workerModules("webhooks/attempting-worker.ts", ATTEMPTING_WORKER),
        modulesRoot: SOURCES,
        compatibilityDate: "2026-11-01",
        compatibilityFlags: ["global_fetch_strictly_public"],
      }),
    );
    await miniflare.ready;
  });
  beforeEach(() => {
    receiver.received.length = 0;
  });
  afterAll(async () => {
    await miniflare.dispose();
    await receiver[Symbol.asyncDispose]();
  });

  const attempt = async (timeoutMs: number, more: object = {}): Promise<AttemptResult> => {
    const worker = await miniflare.getWorker();
    const body = JSON.stringify({
      timeoutMs,
      attempt: {
        url: receiver.address + path,
        secrets: [secret],
        eventId: "evt_1",
        eventType: "order.paid",
        payload: '{"name":"Àbẹ̀bẹ̀ 😀"}',
        ...more,
      },
    });
    const response = await worker.fetch("http://worker.example", { method: "POST", body });
    return (await response.json()) as AttemptResult;
  };

  it("arrives as it was signed", async () => {
    receiver.react = () => ({ status: 202, body: "thank you", headers: { "Retry-After": "7" } });
    expect(await attempt(LONG_MS)).toMatchObject({
      error: null,
      responseCode: 202,
      responseBody: "thank you",
      retryAfter: "7",
    });
    expect(receiver.forged).toBe(0);
    expect(receiver.received).toMatchObject([
      {
        id: "evt_1",
        body: '{"name":"Àbẹ̀bẹ̀ 😀"}',
        headers: { "content-type": "application/json", "user-agent": "SnapAct-Connect/1.0" },
      },
    ]);
  });

  it.each([301, 302, 303, 307, 308])("follows no redirection: %i", async (status) => {
    receiver.react = () => ({ status, headers: { Location: `${receiver.address}/elsewhere` } });
    expect(await attempt(LONG_MS)).toMatchObject({ error: "redirected", responseCode: status });
    expect(receiver.received.map((request) => request.path)).toEqual([path]);
  });

  it("ends when the receiver has hung for long enough", async () => {
    receiver.react = () => "hang";
    const hung = { error: "timeout", responseCode: null, responseBody: null };
    expect(await attempt(SHORT_MS)).toMatchObject(hung);
    await expect.poll(() => receiver.underWay).toBe(0);
  });

  it("ends when the answer stops in the middle, which acknowledges all the same", async () => {
    receiver.react = () => "stall";
    expect(await attempt(SHORT_MS)).toMatchObject({ error: null, responseCode: 200, responseBody: "so far" });
    await expect.poll(() => receiver.underWay).toBe(0);
  });

  it("reads no more than the beginning of an answer without end", async () => {
    receiver.react = () => "endless";
    expect(await attempt(LONG_MS)).toMatchObject({ error: null, responseBody: "x".repeat(1000) });
    await expect.poll(() => receiver.underWay).toBe(0);
  });

  it("fails when the connection is cut, or there is nobody", async () => {
    receiver.react = () => "drop";
    expect(await attempt(LONG_MS)).toMatchObject({ error: "unreachable", responseCode: null });
    expect(await attempt(LONG_MS, { url: "http://127.0.0.1:1/" })).toMatchObject({ error: "unreachable" });
  });

  it("is not made to where nothing may be sent", async () => {
    const url = receiver.address.replace("127.0.0.1", "2130706433");
    expect(await attempt(LONG_MS, { url })).toMatchObject({ error: "url_refused", durationMs: null });
    expect(receiver.received).toEqual([]);
  });
});
