import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkImports } from "../../scripts/import-rules/check-imports.ts";
import { IMPORT_RULES, PURE_FILES } from "../../scripts/import-rules/rules.ts";
import { ROOT } from "../../scripts/service/paths.ts";

type Files = Readonly<Record<string, string>>;

/** A house in order, into which each case brings one violation. */
const HOUSE: Files = {
  "src/worker.ts": `import { createApp } from "./app.ts";\nexport default createApp();`,
  "src/app.ts": `import { Hono } from "hono";\nimport { routes } from "./inventory/routes.ts";\nexport const createApp = () => routes(new Hono());`,
  "src/words.ts": "export const words = (text: string) => text.split(' ');",
  "src/http/problem.ts": "export class Problem extends Error {}",
  "src/db/client.ts": `import { neon } from "@neondatabase/serverless";\nexport const client = neon;`,
  "src/db/schema.ts": "export const table = 1;",
  "src/geo/cells.ts": `import { latLngToCell } from "h3-js";\nexport const cell = latLngToCell;`,
  "src/catalog/upsert.ts": "export const upsert = 1;",
  "src/inventory/routes.ts": `import { find } from "./find-nearby.ts";\nexport const routes = (app: unknown) => [app, find];`,
  "src/inventory/find-nearby.ts": `import { rows } from "./queries.ts";\nexport const find = rows;`,
  "src/inventory/queries.ts": `import { client } from "../db/client.ts";\nexport const rows = client;`,
  "src/inventory/freshness.ts": `export const age = (now: Date, at: Date) => Number(now) - Number(at);`,
};

/** For each rule, what breaks it. */
const VIOLATIONS: Readonly<Record<string, Files>> = {
  "worker-is-the-entry": { "src/http/x.ts": `import worker from "../worker.ts";\nexport const x = worker;` },
  "app-belongs-to-worker": {
    "src/http/x.ts": `import { createApp } from "../app.ts";\nexport const x = createApp;`,
  },
  "routes-belong-to-app": {
    "src/inventory/x.ts": `import type { routes } from "./routes.ts";\nexport type X = typeof routes;`,
  },
  "routes-ask-verbs": {
    "src/partners/routes.ts": `import { client } from "../db/client.ts";\nexport const x = client;`,
  },
  "queries-know-only-the-database": {
    "src/inventory/nearby-queries.ts": `import { Problem } from "../http/problem.ts";\nexport const x = Problem;`,
  },
  "hono-belongs-to-http": {
    "src/inventory/x.ts": `import { cors } from "hono/cors";\nexport const x = cors;`,
  },
  "inventory-stands-alone": {
    "src/inventory/x.ts": `import { upsert } from "../catalog/upsert.ts";\nexport const x = upsert;`,
  },
  "catalog-stands-alone": { "src/catalog/x.ts": `export const x = import("../inventory/find-nearby.ts");` },
  "events-stands-alone": { "src/events/x.ts": `import "../catalog/upsert.ts";` },
  "feeds-stands-alone": { "src/feeds/pos/x.ts": `import "../../catalog/upsert.ts";` },
  "locations-stands-alone": { "src/locations/x.ts": `import "../catalog/upsert.ts";` },
  "orders-stands-alone": { "src/orders/x.ts": `import "../catalog/upsert.ts";` },
  "partners-stands-alone": { "src/partners/x.ts": `import "../catalog/upsert.ts";` },
  "stats-stands-alone": { "src/stats/x.ts": `import "../catalog/upsert.ts";` },
  "webhooks-stands-alone": { "src/webhooks/x.ts": `export type X = import("../catalog/upsert.ts").Upsert;` },
  "shared-code-knows-no-capability": { "src/auth/x.ts": `import "../catalog/upsert.ts";` },
  "db-is-the-ground": {
    "src/db/x.ts": `import { Problem } from "../http/problem.ts";\nexport const x = Problem;`,
  },
  "h3-belongs-to-geo": {
    "src/inventory/x.ts": `import { cellToLatLng } from "h3-js";\nexport const x = cellToLatLng;`,
  },
  "driver-belongs-to-db": {
    "src/auth/x.ts": `import { drizzle } from "drizzle-orm/neon-http";\nexport const x = drizzle;`,
  },
  "no-node-in-the-worker": {
    "src/auth/x.ts": `import { createHmac } from "node:crypto";\nexport const x = createHmac;`,
  },
  "sdk-stands-alone": {
    "src/sdk/x.ts": `import { words } from "../words.ts";\nexport const x = words;`,
  },
  "sdk-is-for-partners": {
    "src/sdk/connect.ts": "export const connect = 1;",
    "src/auth/x.ts": `import { connect } from "../sdk/connect.ts";\nexport const x = connect;`,
  },
  "src-stands-alone": {
    "src/auth/x.ts": `import { y } from "../../scripts/y.ts";\nexport const x = y;`,
    "scripts/y.ts": "export const y = 1;",
  },
  "pure-imports-pure": {
    "src/geo/x.ts": `import { Problem } from "../http/problem.ts";\nexport const x = Problem;`,
  },
  "pure-is-pure": { "src/geo/x.ts": "export const x = () => Date.now();" },
  "no-default-export": { "src/auth/x.ts": "export default 1;" },
  "no-barrel": { "src/auth/index.ts": `export * from "../http/problem.ts";` },
  "no-cycles": {
    "src/auth/x.ts": `import { y } from "./y.ts";\nexport const x = y;`,
    "src/auth/y.ts": `import { x } from "./x.ts";\nexport const y = x;`,
  },
  "imports-are-literal": { "src/auth/x.ts": "export const x = (name: string) => import(name);" },
  "imports-exist": { "src/auth/x.ts": `import "./nowhere.ts";` },
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "imports-"));
  plant(HOUSE);
});
afterEach(() => rmSync(root, { recursive: true }));

function plant(files: Files): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

function rulesBroken(): string[] {
  return checkImports(root).violations.map(({ rule }) => rule);
}

describe("the import rules", () => {
  it("hold in this repository", () => {
    const { files, violations } = checkImports(ROOT);
    expect(violations).toEqual([]);
    expect(files).toContain("src/worker.ts");
    for (const pattern of PURE_FILES) expect(files).toContainEqual(expect.stringMatching(pattern));
  });

  it("hold in a house in order", () => expect(rulesBroken()).toEqual([]));

  it.each(Object.entries(VIOLATIONS))("%s is caught when it is broken", (rule, files) => {
    plant(files);
    expect(rulesBroken()).toEqual([rule]);
  });

  it("have each a violation above", () => {
    expect(Object.keys(VIOLATIONS)).toEqual(expect.arrayContaining(IMPORT_RULES.map(({ name }) => name)));
  });

  it("let the SDK sign with Node's cryptography", () => {
    plant({ "src/sdk/x.ts": `import { createHmac } from "node:crypto";\nexport const x = createHmac;` });
    expect(rulesBroken()).toEqual([]);
  });

  it.each(["node:fs", "node:http", "zod"])("do not let the SDK import %s", (specifier) => {
    plant({ "src/sdk/x.ts": `import * as all from "${specifier}";\nexport const x = all;` });
    expect(rulesBroken()).toEqual(["sdk-stands-alone"]);
  });

  it("say in which line", () => {
    plant({ "src/auth/x.ts": `const a = 1;\n\nimport "node:fs";\nexport const x = a;` });
    expect(checkImports(root).violations).toMatchObject([{ file: "src/auth/x.ts", line: 3 }]);
  });

  it("let types through where only the running code matters", () => {
    plant({
      "src/partners/routes.ts": `import type { client } from "../db/client.ts";\nexport type X = typeof client;`,
    });
    expect(rulesBroken()).toEqual([]);
  });

  it.each([
    "new Date()",
    "Date()",
    "Date.now",
    "Math.random()",
    "performance.now()",
    "crypto.randomUUID()",
    "fetch('https://example.com')",
    "setTimeout(() => {}, 1)",
    "globalThis.fetch",
    "console.log(1)",
    "[Date].map((D) => new D())",
  ])("do not let a pure file use %s", (expression) => {
    plant({ "src/geo/x.ts": `export const x = () => ${expression};` });
    expect(rulesBroken()).toEqual(["pure-is-pure"]);
  });

  it.each([
    "new Date(now)",
    "Date.UTC(2026, 0, 1)",
    "Date.parse(text)",
    "Math.max(1, 2)",
    "query.fetch",
    "{ console: 1 }",
    "(value as Date)",
    "(value instanceof Date)",
  ])("let a pure file use %s", (expression) => {
    plant({
      "src/geo/x.ts": `export const x = (now: Date, text: string, query: any, value: unknown) => (${expression});`,
    });
    expect(rulesBroken()).toEqual([]);
  });
});

describe("the command", () => {
  const run = (folder: string): string =>
    execFileSync(process.execPath, [join(ROOT, "scripts/check-imports.ts"), folder], {
      encoding: "utf8",
      stdio: "pipe",
    });

  it("says how much it has seen", () => expect(run(root)).toContain("12 files, 8 imports, 0 violations"));

  it("fails on a violation", () => {
    plant(VIOLATIONS["pure-is-pure"]!);
    expect(() => run(root)).toThrow("src/geo/x.ts:1 pure-is-pure: uses Date.now");
  });

  it("fails when it sees no file", () => {
    rmSync(join(root, "src"), { recursive: true });
    expect(() => run(root)).toThrow("nothing was checked");
  });
});
