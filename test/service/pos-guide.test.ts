import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { ROOT } from "../../scripts/service/paths.ts";
import { catalogOpenApi } from "../../src/catalog/openapi.ts";
import { STATUSES } from "../../src/catalog/schema.ts";
import { PROBLEM_KINDS } from "../../src/http/problem.ts";
import { assertConforms } from "../support/conforms.ts";
import "../support/context.ts";
import { dense, follow, patternOf, stepsOf } from "../support/guide.ts";

const GUIDE = await readFile(join(ROOT, "docs/guides/pos-integration.md"), "utf8");
/** Where the guide's reader has the service. */
const READERS_ADDRESS = "http://127.0.0.1:8787";
const TOOLS = ["bash", "curl", "npm", "paste", "sed", "sha256sum", "split", "tee"];

const STEPS = stepsOf(GUIDE);

/** `npm test` asks for nothing but Node and npm. */
const lacking = TOOLS.filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);

describe.skipIf(lacking.length > 0)("docs/guides/pos-integration.md, followed line by line", () => {
  let printed: readonly string[];
  beforeAll(async () => {
    expect(STEPS[0]?.commands).toContain(READERS_ADDRESS);
    printed = await follow(STEPS, { [READERS_ADDRESS]: inject("serviceAddress") });
  });

  it.each(STEPS.map((step, i) => ({ ...step, i, begins: step.commands.split("\n")[0] })))(
    "line $line: $begins",
    ({ answer, i }) => {
      expect(dense(printed[i] ?? "")).toMatch(patternOf(answer));
    },
  );

  it("has the first item live in nearby", () => {
    const i = STEPS.findIndex(({ commands }) => commands.includes("/inventory/nearby?"));
    const body = printed[i]!;
    assertConforms({
      method: "GET",
      path: "/inventory/nearby",
      status: 200,
      contentType: "application/json",
      body,
    });
    expect(JSON.parse(body).items).toMatchObject([
      { external_ref: "OFADA-5KG", stock: { quantity: 12 }, verification: { freshness: "fresh" } },
    ]);
  });
});

describe("docs/guides/pos-integration.md", () => {
  const tables = GUIDE.split("\n").filter((line) => line.startsWith("|"));
  const firstCells = tables.map((row) => row.split("|")[1]).join();
  const inTables = [...firstCells.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]);

  it("says what to do on each status of a result", () => {
    expect(inTables).toEqual(expect.arrayContaining([...STATUSES]));
  });

  it("says what to do on each problem", () => {
    expect(inTables).toEqual(expect.arrayContaining(Object.keys(PROBLEM_KINDS)));
  });

  it("says what to do on each mistake in an entry", () => {
    const { description = "" } = catalogOpenApi.paths["/connect/v1/catalog/items"]?.["post"] ?? {};
    const [, codes = ""] = description.split("Codes of an entry's `errors`:");
    const known = [...codes.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]);
    expect(known).toContain("insufficient_stock");
    expect(inTables).toEqual(expect.arrayContaining(known));
  });
});
