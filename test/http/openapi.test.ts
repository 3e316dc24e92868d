import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { OPEN_API_CONTRIBUTIONS } from "../../src/contributions.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import type { JsonSchema } from "../../src/http/query-parameters.ts";
import { NEARBY_PARAMETERS } from "../../src/inventory/parameters.ts";
import { parseNearby } from "../../src/inventory/parse-nearby.ts";
import { NearbyAnswerSchema } from "../../src/inventory/schema.ts";
import { assertConforms } from "../support/conforms.ts";

const run = promisify(execFile);
const document = openApiDocument(OPEN_API_CONTRIBUTIONS);

type Findings = { readonly totals: { readonly errors: number; readonly warnings: number } };

/** What Redocly's recommended rules find in `description`. */
async function lint(description: unknown): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), "openapi-"));
  try {
    const file = join(folder, "openapi.json");
    await writeFile(file, JSON.stringify(description));
    const cli = [
      "node_modules/@redocly/cli/bin/cli.js",
      "lint",
      file,
      "--format=json",
      "--config=redocly.yaml",
    ];
    const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
    const { stdout } = await run(process.execPath, cli, { env }).catch(
      (failed: { stdout: string }) => failed,
    );
    return JSON.parse(stdout) as Findings;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("the OpenAPI document", () => {
  it("is clean under Redocly's recommended rules", async () => {
    const { totals } = await lint(document);
    expect(totals).toMatchObject({ errors: 0, warnings: 0 });
  });

  it("would not be, were an example wrong", async () => {
    const broken = structuredClone(document) as unknown as {
      paths: Record<
        string,
        { get: { responses: Record<string, { content: Record<string, { examples: unknown }> }> } }
      >;
    };
    broken.paths["/inventory/nearby"]!.get.responses["200"]!.content["application/json"]!.examples = {
      wrong: { value: { items: "none" } },
    };
    const { totals } = await lint(broken);
    expect(totals.errors + totals.warnings).toBeGreaterThan(0);
  });

  it("shows only examples that are answers it allows", () => {
    let shown = 0;
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { responses }] of Object.entries(methods)) {
        for (const [status, { content = {} }] of Object.entries(responses)) {
          for (const [contentType, { examples = {} }] of Object.entries(content)) {
            for (const { value } of Object.values(examples)) {
              const body = JSON.stringify(value);
              expect(assertConforms({ method, path, status: Number(status), contentType, body })).toEqual(
                value,
              );
              shown++;
            }
          }
        }
      }
    }
    expect(shown).toBeGreaterThan(6);
  });

  it("describes answers by the schemas that also read them", () => {
    const { examples } =
      document.paths["/inventory/nearby"]!["get"]!.responses["200"]!.content!["application/json"]!;
    for (const { value } of Object.values(examples!)) {
      expect(NearbyAnswerSchema.parse(value)).toEqual(value);
      expect(() => NearbyAnswerSchema.parse({ ...(value as object), extra: 1 })).toThrow();
    }
  });
});

describe("the documented parameters of nearby", () => {
  const parameters = document.paths["/inventory/nearby"]!["get"]!.parameters!.filter(
    (parameter) => parameter["in"] === "query",
  );

  /** The parser's verdict on one parameter, in the company it needs. */
  function accepts(name: string, text: unknown): boolean {
    const query = new URLSearchParams({ [name]: String(text) });
    if (name !== "cell" && name !== "lat") query.set("lat", "6.4281");
    if (name !== "cell" && name !== "lng") query.set("lng", "3.4219");
    if (name === "max_price") query.set("currency", "NGN");
    return parseNearby(query.toString()).ok;
  }

  it("are those that the parser knows, in its order", () => {
    expect(parameters.map((parameter) => parameter["name"])).toEqual(Object.keys(NEARBY_PARAMETERS));
  });

  it("have bounds, choices, lengths, defaults and examples that the parser keeps to", () => {
    for (const { name, schema, example } of parameters as unknown as readonly {
      name: string;
      schema: JsonSchema;
      example?: unknown;
    }[]) {
      const {
        minimum,
        maximum,
        minLength,
        maxLength,
        enum: choices = [],
        default: absent,
      } = schema as {
        minimum?: number;
        maximum?: number;
        minLength?: number;
        maxLength?: number;
        enum?: string[];
        default?: unknown;
      };
      const right = [minimum, maximum, example, absent, ...choices].filter((value) => value !== undefined);
      if (minLength !== undefined) right.push("a".repeat(minLength));
      if (maxLength !== undefined) right.push("a".repeat(maxLength));
      for (const value of right) expect([name, value, accepts(name, value)]).toEqual([name, value, true]);

      const wrong: unknown[] = [];
      if (minimum !== undefined) wrong.push(minimum - 1);
      if (maximum !== undefined) wrong.push(maximum + 1);
      if (minLength !== undefined) wrong.push("a".repeat(minLength - 1));
      if (maxLength !== undefined) wrong.push("a".repeat(maxLength + 1));
      if (choices.length > 0) wrong.push("something else");
      for (const value of wrong) expect([name, value, accepts(name, value)]).toEqual([name, value, false]);
    }
  });
});

describe("assertConforms", () => {
  const answer = {
    method: "GET",
    path: "/healthz",
    status: 200,
    contentType: "application/json",
    body: '{"status":"ok"}',
  };

  it("takes what the document describes", () => {
    expect(assertConforms(answer)).toEqual({ status: "ok" });
    expect(assertConforms({ ...answer, contentType: "application/json; charset=UTF-8" })).toEqual({
      status: "ok",
    });
    expect(assertConforms({ ...answer, method: "HEAD", body: "" })).toBeUndefined();
    expect(
      assertConforms({ ...answer, path: "/docs", contentType: "text/html", body: "<p>" }),
    ).toBeUndefined();
  });

  it("refuses any other status, type, member or body", () => {
    const others = [
      { status: 201 },
      { status: 500 },
      { contentType: "text/plain" },
      { contentType: null },
      { body: '{"status":"ok","more":1}' },
      { body: "{}" },
      { body: '{"status":"no"}' },
      { path: "/nowhere" },
      { method: "POST" },
      { method: "HEAD" },
    ];
    for (const other of others) expect(() => assertConforms({ ...answer, ...other })).toThrow();
  });

  it("lets what is not described be refused with a problem, and with nothing else", () => {
    const problem = {
      type: "/docs#problem-not_found",
      title: "There is nothing here",
      status: 404,
      detail: "No resource has this path.",
      instance: "x",
      code: "not_found",
    };
    const refusal = {
      method: "DELETE",
      path: "/nowhere",
      status: 404,
      contentType: "application/problem+json",
      body: JSON.stringify(problem),
    };
    expect(assertConforms(refusal)).toEqual(problem);
    expect(() => assertConforms({ ...refusal, status: 405 })).toThrow(/states status 404/);
    expect(() =>
      assertConforms({ ...refusal, body: JSON.stringify({ ...problem, sql: "select" }) }),
    ).toThrow();
  });
});
