import { describe, expect, it } from "vitest";
import { OPEN_API_CONTRIBUTIONS } from "../../src/contributions.ts";
import { docsPage } from "../../src/http/docs-page.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import { NearbyAnswerSchema } from "../../src/inventory/schema.ts";

describe("in a Worker, where no code may be made from strings", () => {
  const document = openApiDocument(OPEN_API_CONTRIBUTIONS);

  it("the OpenAPI document is built from the schemas", () => {
    expect(document.components.schemas["NearbyAnswer"]).toMatchObject({
      type: "object",
      additionalProperties: false,
    });
  });

  it("the docs page is rendered", async () => {
    expect(await docsPage(document)).toContain('id="problem-invalid_parameter"');
  });

  it("the schemas read answers", () => {
    const { examples } =
      document.paths["/inventory/nearby"]!["get"]!.responses["200"]!.content!["application/json"]!;
    for (const { value } of Object.values(examples!)) expect(NearbyAnswerSchema.parse(value)).toEqual(value);
    expect(NearbyAnswerSchema.safeParse({}).success).toBe(false);
  });
});
