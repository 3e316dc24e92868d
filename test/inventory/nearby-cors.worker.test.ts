import { beforeAll, describe, expect, inject, it } from "vitest";
import { personToken } from "../support/tokens.ts";
import { askWorker } from "../support/worker.ts";

const NEARBY = "/inventory/nearby";
const nearby = `${NEARBY}?lat=0&lng=0`;

let buyer: Record<string, string>;

beforeAll(async () => {
  buyer = { Authorization: `Bearer ${await personToken("buyer")}` };
});

describe("pages of other origins", () => {
  const trusted = () => inject("workerVariables")["CORS_ORIGINS"]!;
  const ask = (origin: string, init: RequestInit = {}) =>
    askWorker(nearby, { ...init, headers: { ...buyer, Origin: origin, ...init.headers } });

  it("may read answers and refusals when configured", async () => {
    const answers = await Promise.all([
      ask(trusted()),
      ask(trusted(), { headers: { Authorization: "Bearer nonsense" } }),
      ask(trusted(), { method: "DELETE" }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 405]);
    for (const answer of answers) {
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(trusted());
      expect(answer.headers.get("Access-Control-Expose-Headers")).toContain("X-Request-Id");
      expect(answer.headers.get("Vary")).toContain("Origin");
      expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    }
  });

  it("ask first without credentials, and learn what they may send", async () => {
    const response = await askWorker(NEARBY, {
      method: "OPTIONS",
      headers: {
        Origin: trusted(),
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,x-snapact-api-key",
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(trusted());
    expect(response.headers.get("Access-Control-Allow-Methods")?.split(/, ?/)).toEqual(["GET", "HEAD"]);
    expect(response.headers.get("Access-Control-Allow-Headers")).toMatch(/Authorization.*X-SnapAct-API-Key/);
    expect(response.headers.get("Access-Control-Max-Age")).toMatch(/^\d+$/);
    expect(response.headers.get("X-Request-Id")).not.toBeNull();
  });

  it.each([
    "https://evil.example",
    "null",
    "https://app.example.evil.example",
    "http://app.example",
    "https://APP.example",
  ])("are told nothing when not configured: %s", async (origin) => {
    const preflight = { Origin: origin, "Access-Control-Request-Method": "GET" };
    for (const answer of [
      await ask(origin),
      await askWorker(NEARBY, { method: "OPTIONS", headers: preflight }),
    ]) {
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
      expect(answer.headers.get("Vary")).toContain("Origin");
    }
  });
});
