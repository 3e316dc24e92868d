import { describe, expect, it } from "vitest";
import { OPEN_API_CONTRIBUTIONS } from "../../src/contributions.ts";
import { docsPage } from "../../src/http/docs-page.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import { POLICIES } from "../../src/limits/policies.ts";

const document = openApiDocument(OPEN_API_CONTRIBUTIONS);

describe("the description of the service", () => {
  it("shows every limit in its table", async () => {
    const page = await docsPage(document);
    for (const { name, limit, windowS } of POLICIES) {
      const rows = page.split("<tr>").filter((text) => text.startsWith(`<td><code>${name}</code></td>`));
      expect(rows.join()).toContain(`<td>${limit}</td><td>${windowS} s</td>`);
    }
  });

  it("says of every operation how its limit is told, and what a refusal looks like", () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(operations.length).toBeGreaterThan(20);
    for (const { operationId, responses } of operations) {
      const headers = Object.keys(responses["429"]?.headers ?? {});
      expect([operationId, headers]).toEqual([
        operationId,
        expect.arrayContaining(["RateLimit-Policy", "RateLimit", "Retry-After", "X-Request-Id"]),
      ]);
      const success = Object.entries(responses).find(([status]) => status.startsWith("2"));
      expect(Object.keys(success?.[1].headers ?? {})).toEqual(
        expect.arrayContaining(["RateLimit-Policy", "RateLimit"]),
      );
      expect(responses["503"]).toBeDefined();
    }
  });
});
