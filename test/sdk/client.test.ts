import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  SnapActApiError,
  SnapActConnect,
  SnapActConnectionError,
  SnapActTimeoutError,
} from "../../src/sdk/index.ts";
import {
  breakOff,
  hang,
  hangUp,
  json,
  problem,
  type ScriptedServer,
  startScriptedServer,
} from "./scripted-server.ts";
import { KEY, virtualClient } from "./virtual-client.ts";

const GET = { method: "GET", path: "/things?limit=1" } as const;
const POST = { method: "POST", path: "/things", body: '{"a":1}', idempotencyKey: "key-1" } as const;
const DONE = json(200, { done: true });

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const virtual = (options = {}) => virtualClient({ baseUrl: server.url, ...options });
const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => expect.unreachable("it succeeded"),
    (error: unknown) => error,
  );

describe("a request", () => {
  it("carries the key, what it accepts and who asks", async () => {
    server.script(DONE);
    await expect(virtual().client.send(GET)).resolves.toEqual({ done: true });
    expect(server.arrived).toMatchObject([{ method: "GET", url: "/things?limit=1", body: "" }]);
    expect(server.arrived[0]?.headers).toMatchObject({
      accept: "application/json",
      authorization: `Bearer ${KEY}`,
      "user-agent": expect.stringMatching(/^snapact-connect-sdk\/\d/),
    });
    expect(server.arrived[0]?.headers).not.toHaveProperty("content-type");
  });

  it("goes below the path of the base URL", async () => {
    server.script(DONE);
    await virtual({ baseUrl: `${server.url}/below/` }).client.send(GET);
    expect(server.arrived[0]?.url).toBe("/below/things?limit=1");
  });

  it("is not led elsewhere by a redirect", async () => {
    server.script(json(307, "", { Location: "/elsewhere" }), DONE);
    await expect(virtual().client.send(POST)).rejects.toMatchObject({ name: "SnapActApiError", status: 307 });
    expect(server.arrived).toHaveLength(1);
  });
});

describe("what passes", () => {
  it.each([
    ["429", problem(429, "rate_limited")],
    ["500", problem(500, "internal_error")],
    ["503", problem(503, "unavailable")],
    ["502 of something between", json(502, "<h1>Bad gateway</h1>", { "Content-Type": "text/html" })],
    ["408", json(408, "")],
    ["the first request with the same key that still runs", problem(409, "idempotency_key_in_use")],
    ["a connection that closes without an answer", hangUp],
    ["an answer that breaks off", breakOff],
    ["an answer that is not JSON", json(200, "<h1>Sign in to the hotel's network</h1>")],
  ])("%s is sent again, the same with the same Idempotency-Key", async (_what, answer) => {
    server.script(answer, answer, DONE);
    const { client, waitedMs } = virtual();
    await expect(client.send(POST)).resolves.toEqual({ done: true });
    const sent = server.arrived.map(({ body, headers }) => [body, headers["idempotency-key"]]);
    expect(sent).toEqual([1, 2, 3].map(() => ['{"a":1}', "key-1"]));
    expect(waitedMs).toEqual([250, 500]);
  });

  it("is waited for as long as Retry-After says, and a little more so that not all come at once", async () => {
    server.script(
      problem(429, "rate_limited", { "Retry-After": "7" }),
      problem(503, "unavailable", { "Retry-After": "Sun, 22 Nov 2026 10:00:20 GMT" }),
      problem(503, "unavailable", { "Retry-After": "soon" }),
      DONE,
    );
    const { client, waitedMs } = virtual();
    await client.send(GET);
    expect(waitedMs).toEqual([7250, 20_500, 1000]);
  });

  it("is not waited for longer than the caller likes: then it fails at once, and says how long it would take", async () => {
    server.script(problem(429, "rate_limited", { "Retry-After": "61" }), DONE);
    const { client, waitedMs } = virtual();
    expect(await failure(client.send(GET))).toMatchObject({ status: 429, retryAfterMs: 61_000 });
    expect(waitedMs).toEqual([]);
    await expect(client.send(GET)).resolves.toEqual({ done: true });
  });

  it("fails when it did not pass after so many attempts, as it failed last", async () => {
    server.script(hangUp, problem(503, "unavailable"));
    const { client, waitedMs } = virtual({ maxRetries: 2 });
    expect(await failure(client.send(GET))).toBeInstanceOf(SnapActApiError);
    expect(server.arrived).toHaveLength(3);
    expect(waitedMs).toEqual([250, 500]);
  });

  it("is not tried again with maxRetries 0", async () => {
    server.script(problem(503, "unavailable"));
    await failure(virtual({ maxRetries: 0 }).client.send(GET));
    expect(server.arrived).toHaveLength(1);
  });
});

describe("what does not pass", () => {
  it.each([
    [400, "invalid_parameter"],
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "not_found"],
    [409, "conflict"],
    [422, "idempotency_key_reused"],
  ])("%i %s fails at once, with the problem", async (status, code) => {
    server.script(problem(status, code));
    const error = await failure(virtual().client.send(POST));
    expect(error).toBeInstanceOf(SnapActApiError);
    expect(error).toMatchObject({ status, code, requestId: "req-1", problem: { title: `It is ${code}` } });
    expect(String(error)).toContain(`HTTP ${status} ${code}: It is ${code}.`);
    expect(server.arrived).toHaveLength(1);
  });

  it("tells what is wrong with the input in its message", async () => {
    const errors = ["lat is missing", "lng is missing", "c", "d"].map((detail) => ({
      parameter: "x",
      code: "missing",
      detail,
    }));
    server.script(json(400, { code: "invalid_parameter", detail: "Four.", errors }));
    await expect(virtual().client.send(GET)).rejects.toThrow(
      "HTTP 400 invalid_parameter: Four. · lat is missing · lng is missing · c · 1 more",
    );
  });

  it("a refusal that is no problem of the service still has its status", async () => {
    server.script(json(403, "<h1>Blocked</h1>"));
    const error = await failure(virtual().client.send(GET));
    expect(error).toMatchObject({ status: 403, code: undefined, problem: undefined, message: "HTTP 403" });
  });
});

describe("time-outs and ends", () => {
  it("an attempt without an answer in time is given up and sent again", async () => {
    server.script(hang, DONE);
    await expect(virtual({ timeoutMs: 100 }).client.send(GET)).resolves.toEqual({ done: true });
    expect(server.arrived).toHaveLength(2);
  });

  it("the time-out holds for the whole answer, not for its beginning alone", async () => {
    server.script((response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("{");
    });
    const error = await failure(virtual({ timeoutMs: 100, maxRetries: 0 }).client.send(GET));
    expect(error).toBeInstanceOf(SnapActTimeoutError);
    expect(error).toBeInstanceOf(SnapActConnectionError);
  });

  it("the caller's signal ends an attempt at once, with the caller's reason, and nothing is sent again", async () => {
    const aborter = new AbortController();
    const reason = new Error("the till was closed");
    server.script(() => aborter.abort(reason));
    expect(await failure(virtual().client.send({ ...GET, signal: aborter.signal }))).toBe(reason);
    expect(server.arrived).toHaveLength(1);
  });

  it("the caller's signal ends the wait between attempts", async () => {
    const aborter = new AbortController();
    const reason = new Error("the till was closed");
    const connect = new SnapActConnect({ apiKey: KEY, baseUrl: server.url });
    server.script((response, arrived) => {
      problem(503, "unavailable", { "Retry-After": "50" })(response, arrived);
      response.on("finish", () => setTimeout(() => aborter.abort(reason), 50));
    });
    expect(await failure(connect.locations.list({}, { signal: aborter.signal }))).toBe(reason);
    expect(server.arrived).toHaveLength(1);
  });

  it("nothing is sent for a signal that has ended already", async () => {
    server.script(DONE);
    await failure(virtual().client.send({ ...GET, signal: AbortSignal.abort() }));
    expect(server.arrived).toEqual([]);
  });

  it("nobody listening: that is said, with the cause", async () => {
    const closed = await startScriptedServer();
    await closed[Symbol.asyncDispose]();
    const { client, waitedMs } = virtual({ baseUrl: closed.url, maxRetries: 1 });
    const error = await failure(client.send(GET));
    expect(error).toBeInstanceOf(SnapActConnectionError);
    expect(String(error)).toContain("ECONNREFUSED");
    expect(error).toHaveProperty("cause");
    expect(waitedMs).toHaveLength(1);
  });
});

describe("options", () => {
  it.each([
    [{ apiKey: undefined }, "apiKey"],
    [{ apiKey: "" }, "apiKey"],
    [{ apiKey: "snap_test_secret\n" }, "apiKey"],
    [{ baseUrl: "connect.snapact.io" }, "baseUrl"],
    [{ baseUrl: "ftp://connect.snapact.io" }, "baseUrl"],
    [{ baseUrl: "https://user:pass@connect.snapact.io" }, "baseUrl"],
    [{ baseUrl: "https://connect.snapact.io/?a=1" }, "baseUrl"],
    [{ timeoutMs: 0 }, "timeoutMs"],
    [{ timeoutMs: Number.NaN }, "timeoutMs"],
    [{ maxRetries: -1 }, "maxRetries"],
    [{ maxRetries: 1.5 }, "maxRetries"],
    [{ maxRetryDelayMs: 2 ** 31 }, "maxRetryDelayMs"],
  ])("%o is refused by name, without repeating the key", (wrong, name) => {
    const make = () => new SnapActConnect({ apiKey: KEY, ...wrong } as { apiKey: string });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(name);
    expect(make).not.toThrow("snap_test_secret");
  });

  it("a client does not show its key when it is logged", () => {
    const connect = new SnapActConnect({ apiKey: KEY });
    expect(inspect(connect, { depth: 10, showHidden: true })).not.toContain(KEY);
    expect(JSON.stringify(connect)).not.toContain(KEY);
  });
});
