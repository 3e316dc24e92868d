import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acceptedFormat } from "../../../src/http/metrics-format.ts";
import { makeItem, makeLocation, makePartner, makeStock } from "../../support/factories.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { bearer, type MetricsApp, startMetricsApp } from "./metrics-app.ts";

const PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

let db: TestDatabase;
let app: MetricsApp;
let headers: Record<string, string>;
beforeAll(async () => {
  db = await startTestDatabase();
  app = await startMetricsApp(db.localNeon);
  const partner = await makePartner();
  headers = await bearer("partner", partner.partnerId);
  const location = await makeLocation(partner, { lat: 6.5, lng: 3.4 });
  await makeStock(location, await makeItem(partner));
});
afterAll(() => db.stop());

const ask = (query: string, more: Record<string, string> = {}) => app.ask(query, { ...headers, ...more });
const tagOf = (response: Response): string => response.headers.get("ETag") ?? "";

describe("the format", () => {
  it.each([
    [null, "json"],
    ["", "json"],
    ["*/*", "json"],
    ["application/json", "json"],
    ["text/html,application/xhtml+xml,*/*;q=0.8", "json"],
    ["application/json, text/plain, */*", "json"],
    ["text/plain", "prometheus"],
    ["TEXT/PLAIN;version=0.0.4", "prometheus"],
    ["text/plain, */*", "prometheus"],
    ["application/openmetrics-text", "prometheus"],
    [
      "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
      "prometheus",
    ],
    ["application/json;q=0.5, text/plain", "prometheus"],
    ["application/json, text/plain;q=0.9", "json"],
    ["text/plain;q=0", "json"],
    ["text/plain;q=much", "json"],
    [";;,,;q=", "json"],
  ])("is what Accept prefers: %s", (accept, format) => {
    expect(acceptedFormat(accept)).toBe(format);
  });

  it.each([
    ["", {}, "application/json"],
    ["?format=json", { Accept: "text/plain" }, "application/json"],
    ["?format=prometheus", { Accept: "application/json" }, PROMETHEUS],
    ["", { Accept: "text/plain" }, PROMETHEUS],
  ])("is what `format` says, whatever Accept does: %s %o", async (query, more, contentType) => {
    const response = await ask(query, more);
    expect(response.headers.get("Content-Type")).toBe(contentType);
    expect(response.headers.get("Vary")).toBe("Accept");
    const text = await response.text();
    if (contentType === PROMETHEUS)
      expect(text).toContain('snapact_inventory_items{availability="in_stock"} 1\n');
    else expect(JSON.parse(text).items.by_availability.in_stock).toBe(1);
  });
});

describe("who has the answer already", () => {
  it("is told so until there is a new one", async () => {
    app.nowMs = Date.UTC(2026, 10, 21, 10);
    const told = await ask("");
    const tag = tagOf(told);
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    app.nowMs += 59_999;
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const again = await ask("", { "If-None-Match": known });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe("");
      expect(tagOf(again)).toBe(tag);
      expect(again.headers.get("Vary")).toBe("Accept");
    }
    app.nowMs += 1;
    const fresh = await ask("", { "If-None-Match": tag });
    expect(fresh.status).toBe(200);
    expect(tagOf(fresh)).not.toBe(tag);
  });

  it("has it in that format, of that window and that part only", async () => {
    app.nowMs = Date.UTC(2026, 10, 22, 10);
    const questions = ["", "?format=prometheus", "?window=7d", "?category=grocery"];
    const tags = await Promise.all(questions.map(async (query) => tagOf(await ask(query))));
    expect(new Set(tags).size).toBe(questions.length);
    for (const [i, query] of questions.entries()) {
      for (const [j, tag] of tags.entries()) {
        expect((await ask(query, { "If-None-Match": tag })).status).toBe(i === j ? 304 : 200);
      }
    }
  });

  it("may keep it for as long as it stays the answer", async () => {
    app.nowMs = Date.UTC(2026, 10, 23, 10);
    for (const [laterMs, maxAgeS] of [
      [0, 60],
      [1, 59],
      [59_000, 0],
      [1000, 60],
    ] as const) {
      app.nowMs += laterMs;
      expect((await ask("")).headers.get("Cache-Control")).toBe(`private, max-age=${maxAgeS}`);
    }
  });
});
