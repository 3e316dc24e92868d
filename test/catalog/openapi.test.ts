import { describe, expect, it } from "vitest";
import type { CatalogVerb } from "../../src/catalog/entry-rules.ts";
import { catalogOpenApi } from "../../src/catalog/openapi.ts";
import { CATALOG_PARAMETERS } from "../../src/catalog/parameters.ts";
import { readCatalogRequest } from "../../src/catalog/read-request.ts";
import { readBytes } from "../../src/http/json-body.ts";
import { queryReader } from "../../src/http/query-parameters.ts";

const PATH = "/connect/v1/catalog/items";
const operations = catalogOpenApi.paths[PATH]!;

describe("what the documentation shows of the catalog", () => {
  it.each<CatalogVerb>(["POST", "PATCH", "DELETE"])("are requests that are right: %s", async (verb) => {
    const content = operations[verb.toLowerCase()]!.requestBody!.content;
    expect(Object.keys(content)).toEqual(["application/json", "text/csv"]);
    for (const [type, { example }] of Object.entries(content)) {
      const request = new Request(`https://service.example${PATH}`, {
        method: verb,
        body: typeof example === "string" ? example : JSON.stringify(example),
        headers: { "Content-Type": type, "Idempotency-Key": "k" },
      });
      const { entries } = await readCatalogRequest(
        request,
        await readBytes(request),
        verb,
        "partner:1",
        Date.parse("2026-11-21T12:00:00Z"),
      );
      expect(entries.rejected).toEqual([]);
      expect(entries.count).toBeGreaterThan(0);
    }
  });

  it("are parameters that the list takes", () => {
    const read = queryReader(CATALOG_PARAMETERS);
    const parameters = operations["get"]!.parameters!;
    expect(parameters.map(({ name }) => name)).toEqual(Object.keys(CATALOG_PARAMETERS));
    for (const { name, example } of parameters as { name: string; example?: unknown }[]) {
      if (example === undefined) continue;
      const { errors, values } = read(new URLSearchParams({ [name]: String(example) }).toString());
      expect(errors.list).toEqual([]);
      expect(values[name as keyof typeof values]).toBeDefined();
    }
    expect(
      read("limit=1001&updated_since=yesterday&cursor=x&location_ref=&availability=none").errors.list,
    ).toHaveLength(5);
    expect(read("").values).toMatchObject({ limit: 100, cursor: undefined, updated_since: undefined });
  });
});
