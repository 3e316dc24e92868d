import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { ROOT } from "../../scripts/service/paths.ts";
import { catalogOpenApi } from "../../src/catalog/openapi.ts";
import { STATUSES } from "../../src/catalog/schema.ts";
import { PROBLEM_KINDS } from "../../src/http/problem.ts";
import { assertConforms } from "../support/conforms.ts";
import "../support/context.ts";

const GUIDE = await readFile(join(ROOT, "docs/guides/pos-integration.md"), "utf8");
/** Where the guide's reader has the service. */
const READERS_ADDRESS = "http://127.0.0.1:8787";
const TOOLS = ["bash", "curl", "npm", "paste", "sed", "sha256sum", "split", "tee"];
const NUL = "\0";

/** A block of commands, and what the guide says that they print: `…` stands for anything. */
type Step = { readonly line: number; readonly commands: string; readonly answer: string };

const STEPS = stepsOf(GUIDE);

function stepsOf(guide: string): readonly Step[] {
  const steps: Step[] = [];
  for (const { index, 1: language, 2: text = "" } of guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    const last = steps.at(-1);
    if (language === "bash") {
      steps.push({ line: guide.slice(0, index).split("\n").length + 1, commands: text, answer: "" });
    } else if (last?.answer === "") steps[steps.length - 1] = { ...last, answer: text };
    else throw new Error(`an answer without commands: ${text}`);
  }
  return steps;
}

/** What each step printed, in one shell as the reader's, which ends at the first command that fails. */
async function follow(steps: readonly Step[], address: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "pos-guide-"));
  const script = steps
    .map(({ commands }) => `${commands.replace(READERS_ADDRESS, address)}\nprintf '\\0'\n`)
    .join("");
  const options = { cwd: ROOT, env: { ...process.env, TMPDIR: folder }, maxBuffer: 2 ** 24 };
  try {
    return await new Promise((resolve, reject) => {
      const shell = execFile("bash", ["-euo", "pipefail", "-c", script], options, (error, stdout, stderr) => {
        const printed = stdout.split(NUL);
        const failed = steps[printed.length - 1];
        if (error === null) resolve(printed.slice(0, -1));
        else reject(new Error(`line ${failed?.line}: ${stderr}${printed.at(-1)}`, { cause: error }));
      });
      shell.stdin?.end();
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `text` without white space, as the guide breaks its lines where they are easy to read. */
function dense(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

function patternOf(answer: string): RegExp {
  const literally = dense(answer).replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`^${literally.replaceAll("…", ".*?")}$`);
}

/** `npm test` asks for nothing but Node and npm. */
const lacking = TOOLS.filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);

describe.skipIf(lacking.length > 0)("docs/guides/pos-integration.md, followed line by line", () => {
  let printed: readonly string[];
  beforeAll(async () => {
    expect(STEPS[0]?.commands).toContain(READERS_ADDRESS);
    printed = await follow(STEPS, inject("serviceAddress"));
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
