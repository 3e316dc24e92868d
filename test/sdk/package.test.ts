import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSdk } from "../../scripts/sdk/build-sdk.ts";
import { ROOT } from "../../scripts/service/paths.ts";
import { VERSION } from "../../src/sdk/version.ts";
import { newerSyntax } from "./newer-syntax.ts";
import { json, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

const run = promisify(execFile);
const BIN = join(ROOT, "node_modules", ".bin");
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** Takes away what Node 18 lacks, as far as a program can reach it, once Node itself has loaded what `fetch` needs. */
const AS_NODE_18 = `
require("node:http");
fetch("data:,");
for (const name of ["crypto", "navigator", "WebSocket", "Iterator", "CustomEvent", "File"]) delete globalThis[name];
for (const name of ["toSorted", "toReversed", "toSpliced", "with"]) delete Array.prototype[name];
for (const name of ["union", "intersection", "difference", "isSubsetOf"]) delete Set.prototype[name];
for (const name of ["withResolvers", "try"]) delete Promise[name];
delete Object.groupBy; delete Map.groupBy; delete Array.fromAsync; delete AbortSignal.any; delete URL.canParse;
delete RegExp.escape; delete Uint8Array.fromBase64; delete Uint8Array.prototype.toHex; delete Error.isError;
`;

/** What both projects do, given the package's exports. */
const USE = `
const { url, body, timestamp, signature, secret } = JSON.parse(process.env.GIVEN);
const connect = new SnapActConnect({ apiKey: "snap_test_x", baseUrl: url });
async function use() {
  const refs = [];
  for await (const page of connect.inventory.nearbyPages({ lat: 6.5, lng: 3.4 })) {
    for (const { external_ref } of page.items) refs.push(external_ref);
  }
  const { summary } = await connect.catalog.update({ external_ref: "SKU-1", stock: { adjust: -1 } });
  const event = verifyWebhookSignature({ "x-snapact-timestamp": timestamp, "x-snapact-signature": signature }, body, secret);
  let reason;
  try {
    verifyWebhookSignature({ timestamp, signature }, body + " ", secret);
  } catch (error) {
    if (error instanceof SnapActSignatureError) reason = error.reason;
  }
  console.log(JSON.stringify({ refs, updated: summary.updated, type: event.type, reason }));
}
use();
`;

const TYPED_USE = `
const connect = new SnapActConnect({ apiKey: "snap_test_x", fetch, timeoutMs: 1000 });
export async function use(request: { headers: Headers }, node: import("node:http").IncomingMessage): Promise<string[]> {
  const page = await connect.inventory.nearby({ lat: 6.5, lng: 3.4, availability: ["in_stock"] });
  const amount: number | undefined = page.items[0]?.price.amount;
  const { results } = await connect.catalog.upsert([], { onProgress: ({ done, total }) => done / total });
  const event = verifyWebhookSignature(request.headers, Buffer.from(""), "whsec_x");
  if (event.type === "order.paid") return event.data.lines.map(({ item_id }) => item_id);
  verifyWebhookSignature(node.headers, "", "whsec_x", { toleranceS: 60 });
  try {
    await connect.orders.updateStatus("ord_x", "confirmed");
  } catch (error) {
    if (error instanceof SnapActApiError && error.code === "conflict") return [error.message, String(amount)];
  }
  // @ts-expect-error
  await connect.inventory.nearby({ lat: 6.5 });
  // @ts-expect-error
  await connect.orders.updateStatus("ord_x", "paid");
  return results.map(({ status }) => status);
}
`;

let work: string;
let built: string;
let tarball: string;
let server: ScriptedServer;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "sdk-"));
  built = join(work, "built");
  await buildSdk(built);
  const env = { ...process.env, npm_config_offline: "true", npm_config_update_notifier: "false" };
  const packed = await run("npm", ["pack", "--json", "--pack-destination", work], { cwd: built, env });
  tarball = join(work, JSON.parse(packed.stdout)[0].filename);
  const installed = join(work, "node_modules", "@snapact", "connect-sdk");
  mkdirSync(installed, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  symlinkSync(join(ROOT, "node_modules", "@types"), join(work, "node_modules", "@types"));
  server = await startScriptedServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(work, { recursive: true });
});

const filesBelow = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" });
const manifest = () => JSON.parse(readFileSync(join(built, "package.json"), "utf8"));

describe("the package", () => {
  it("needs nothing else, and says so", () => {
    expect(manifest()).toMatchObject({
      name: "@snapact/connect-sdk",
      version: VERSION,
      engines: { node: ">=18" },
    });
    expect(Object.keys(manifest()).filter((name) => /dependencies/i.test(name))).toEqual([]);
    const imported = filesBelow(built)
      .filter((file) => file.endsWith(".js"))
      .flatMap((file) => [
        ...readFileSync(join(built, file), "utf8").matchAll(/(?:from |require\()"([^"]+)"/g),
      ])
      .map(([, specifier = ""]) => specifier)
      .filter((specifier) => !specifier.startsWith("."));
    expect([...new Set(imported)]).toEqual(["node:crypto"]);
  });

  it("holds what is built and how to use it, and nothing of the house", () => {
    const folders = filesBelow(join(work, "node_modules", "@snapact", "connect-sdk"));
    expect(folders.filter((file) => !/^(esm|cjs)(\/|$)/.test(file)).sort()).toEqual([
      "README.md",
      "package.json",
    ]);
    expect(folders.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([]);
  });

  it("is right by publint", async () => {
    const { messages } = await publint({ pkgDir: built, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, manifest()))).toEqual([]);
  });

  it("has types that are right for every way to import it, by arethetypeswrong", async () => {
    const { stdout } = await run(join(BIN, "attw"), [tarball, "--format", "json"]);
    const { analysis } = JSON.parse(stdout);
    expect(analysis).toMatchObject({ packageName: "@snapact/connect-sdk", types: { kind: "included" } });
    expect(analysis.problems).toEqual([]);
  });

  it("has no syntax that Node 18 does not read", () => {
    const scripts = filesBelow(built).filter((file) => file.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(20);
    for (const file of scripts) {
      const sourceType = file.startsWith("esm") ? "module" : "script";
      expect(newerSyntax(readFileSync(join(built, file), "utf8"), sourceType)).toEqual([]);
    }
  });

  it.each([
    ["using", "{ using a = b; }"],
    ["regular expression flag v", "a = /[a--b]/v;"],
    ["regular expression modifiers", "a = /(?i:b)/;"],
    ["import attributes", 'import a from "./a.json" with { type: "json" };'],
    ["AccessorProperty", "class A { accessor b; }"],
  ])("would be found to have %s", (what, text) => expect(newerSyntax(text, "module")).toContain(what));
});

describe("a project that uses it", () => {
  const given = () => {
    const timestamp = Math.floor(Date.now() / 1000);
    const body = '{"type":"order.paid"}';
    const header = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: SECRET, timestamp });
    const signature = /v1=\w+/.exec(header)?.[0];
    return JSON.stringify({ url: server.url, body, timestamp: String(timestamp), signature, secret: SECRET });
  };

  it.each([
    [
      "ESM",
      "mjs",
      'import { SnapActConnect, SnapActSignatureError, verifyWebhookSignature } from "@snapact/connect-sdk";',
    ],
    [
      "CommonJS",
      "cjs",
      'const { SnapActConnect, SnapActSignatureError, verifyWebhookSignature } = require("@snapact/connect-sdk");',
    ],
  ])("as %s runs with what Node 18 has", async (_form, extension, importing) => {
    const refs = ["SKU-1", "SKU-2"];
    const pages = refs.map((external_ref, n) =>
      json(200, { items: [{ external_ref }], next_cursor: n === 0 ? "next" : null }),
    );
    server.script(...pages, json(200, { results: [{ index: 0, status: "updated" }] }));
    const [before, program] = [join(work, "as-node-18.cjs"), join(work, `program.${extension}`)];
    writeFileSync(before, AS_NODE_18);
    writeFileSync(program, `${importing}\n${USE}`);
    const env = { ...process.env, GIVEN: given() };
    const { stdout } = await run(process.execPath, ["--require", before, program], { env });
    expect(JSON.parse(stdout)).toEqual({
      refs,
      updated: 1,
      type: "order.paid",
      reason: "signature_mismatch",
    });
  });

  it("in TypeScript compiles, as ESM and as CommonJS, library checks and all", async () => {
    const importing =
      'import { SnapActApiError, SnapActConnect, verifyWebhookSignature } from "@snapact/connect-sdk";';
    for (const extension of ["mts", "cts"])
      writeFileSync(join(work, `typed.${extension}`), importing + TYPED_USE);
    const compilerOptions = {
      module: "nodenext",
      target: "ES2022",
      lib: ["ES2022"],
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
    };
    await compile(["typed.mts", "typed.cts"], compilerOptions);
  });

  it("as the README and the guide say compiles", async () => {
    const documents = [join(built, "README.md"), join(ROOT, "docs", "guides", "sdk.md")];
    const files = documents.map((document, n) => {
      const blocks = readFileSync(document, "utf8").matchAll(/^```[jt]s\n(.*?)^```$/gms);
      writeFileSync(join(work, `document-${n}.mts`), [...blocks].map(([, code]) => code).join("\n"));
      return `document-${n}.mts`;
    });
    // Not installed where the package is used; what it says of itself is not what is tried here.
    writeFileSync(join(work, "express.d.ts"), 'declare module "express";');
    // Not strict: what comes from the environment may be undefined, and errors are not told apart.
    await compile(["express.d.ts", ...files], {
      module: "nodenext",
      target: "ES2022",
      types: ["node"],
      strict: false,
      noEmit: true,
    });
  });

  async function compile(files: readonly string[], compilerOptions: Readonly<Record<string, unknown>>) {
    writeFileSync(join(work, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    await expect(run(join(BIN, "tsc"), ["--project", work])).resolves.toMatchObject({ stdout: "" });
  }
});
