import { describe, expect, it } from "vitest";
import { readCatalogRequest } from "../../src/catalog/read-request.ts";
import { readBytes } from "../../src/http/json-body.ts";
import type { Problem } from "../../src/http/problem.ts";
import { NOW_MS } from "./wire-entries.ts";

const SCOPE = "partner:1";
const URL_OF_ITEMS = "https://service.example/connect/v1/catalog/items";

const request = (body: RequestInit["body"], headers: Record<string, string>) =>
  new Request(URL_OF_ITEMS, { method: "PATCH", body, headers, duplex: "half" } as RequestInit);
const json = (body: unknown, headers = {}) =>
  request(JSON.stringify(body), { "Content-Type": "application/json", ...headers });
const csv = (body: RequestInit["body"], headers = {}) =>
  request(body, { "Content-Type": "text/csv", ...headers });
const read = async (each: Request) =>
  await readCatalogRequest(each, await readBytes(each), "PATCH", SCOPE, NOW_MS);
const refusal = async (each: Request) =>
  read(each).then(
    () => undefined,
    (problem: Problem) => problem,
  );

const CHANGE = { external_ref: "x", title: "y" };
const SOLD = { external_ref: "x", stock: { adjust: -1 } };

describe("a request that writes to the catalog", () => {
  it("is one entry, a list, or a CSV text", async () => {
    const entry = { index: 0, externalRef: "x", kind: "observe", details: { title: "y" } };
    expect(await read(json(CHANGE))).toMatchObject({
      bare: true,
      key: undefined,
      entries: { entries: [entry] },
    });
    expect(await read(json({ items: [CHANGE] }))).toMatchObject({
      bare: false,
      entries: { entries: [entry] },
    });
    const text = "\ufeffexternal_ref,title\r\nx,y\r\n";
    for (const type of ["text/csv", "text/csv; charset=utf-8", 'TEXT/CSV; header=present;charset="UTF-8"']) {
      expect(await read(csv(text, { "Content-Type": type }))).toMatchObject({
        bare: false,
        entries: { entries: [entry], rejected: [], count: 1 },
      });
    }
  });

  it.each([
    "text/plain",
    "text/csv; charset=latin1",
    "text/csv; header=absent",
    "application/csv",
    "text/csvx",
    "",
  ])("may not be declared as %j, and says how it may", async (type) => {
    const problem = await refusal(csv("external_ref\nx\n", { "Content-Type": type }));
    expect(problem).toMatchObject({
      code: "unsupported_media_type",
      headers: { Accept: "application/json, text/csv" },
    });
    expect(problem?.detail).toMatch(/`Content-Type: application\/json`.*`Content-Type: text\/csv`/);
  });

  it("has the key of its bytes, and adjusts only with one", async () => {
    const { key } = await read(json(SOLD, { "Idempotency-Key": "till-1" }));
    expect(key).toEqual({
      scope: SCOPE,
      route: "PATCH /connect/v1/catalog/items",
      key: "till-1",
      bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const { entries } = await read(json({ items: [CHANGE, SOLD] }));
    expect(entries.entries).toHaveLength(1);
    expect(entries.rejected).toMatchObject([
      { index: 1, errors: [{ pointer: "/items/1/stock/adjust", code: "idempotency_key_required" }] },
    ]);
    expect(await refusal(json(CHANGE, { "Idempotency-Key": "two words" }))).toMatchObject({
      code: "invalid_header",
    });
  });

  it.each<[code: string, pointer: string, each: () => Request]>([
    ["syntax", "", () => csv("", { "Content-Type": "application/json" })],
    ["syntax", "", () => csv("")],
    ["encoding", "", () => csv(Uint8Array.of(0x61, 0x0a, 0xff))],
    ["encoding", "", () => request(Uint8Array.of(0x22, 0xff, 0x22), { "Content-Type": "application/json" })],
    ["nul", "/title", () => json({ external_ref: "x", title: "\0" })],
    ["invalid", "/items", () => json({ items: [] })],
    ["unknown", "", () => csv("external_ref,titel\nx,y")],
  ])("is refused with what is wrong: %s", async (code, pointer, each) => {
    expect(await refusal(each())).toMatchObject({ code: "invalid_body", errors: [{ code, pointer }] });
  });

  it("has at most 4 MiB, however it comes", async () => {
    const chunk = new Uint8Array(1024 * 1024 + 1).fill(0x61);
    const chunks = () => ReadableStream.from([chunk, chunk, chunk, chunk]);
    expect(await refusal(csv(chunks()))).toMatchObject({ code: "payload_too_large" });
    expect(await refusal(csv("a".repeat(4 * 1024 * 1024 + 1)))).toMatchObject({ code: "payload_too_large" });
  });
});
