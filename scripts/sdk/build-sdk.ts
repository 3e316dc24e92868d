import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../service/paths.ts";

const SOURCE = join(ROOT, "src", "sdk");
const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");
/** Both forms of the package: the folder, its kind of module, and what else the compiler must be told. */
const FORMS = [
  { folder: "esm", type: "module", flags: ["--module", "esnext"] },
  // CommonJS has no `import` that could be kept word for word.
  { folder: "cjs", type: "commonjs", flags: ["--module", "commonjs", "--verbatimModuleSyntax", "false"] },
] as const;
const run = promisify(execFile);

/**
 * Makes the npm package `@snapact/connect-sdk` of `src/sdk` in `outdir`, in place of what is there.
 * @throws {Error} with what the compiler says.
 */
export async function buildSdk(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  for (const file of ["package.json", "README.md"]) cpSync(join(SOURCE, file), join(outdir, file));
  await Promise.all(
    FORMS.map(async ({ folder, type, flags }) => {
      const target = join(outdir, folder);
      await compile(target, flags);
      writeFileSync(join(target, "package.json"), `${JSON.stringify({ type })}\n`);
      for (const file of declarationsBelow(target)) {
        writeFileSync(file, withJsSpecifiers(readFileSync(file, "utf8")));
      }
    }),
  );
}

async function compile(outdir: string, flags: readonly string[]): Promise<void> {
  const project = ["--project", join(ROOT, "tsconfig.sdk.json"), "--outDir", outdir];
  const emit = ["--noEmit", "false", "--declaration", "--rewriteRelativeImportExtensions"];
  try {
    await run(process.execPath, [TSC, ...project, ...emit, ...flags]);
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`The SDK does not compile.\n${stdout}${stderr}`);
  }
}

function declarationsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".d.ts"))
    .map((file) => join(folder, file));
}

/** The compiler rewrites imports in code, but not in declarations. */
function withJsSpecifiers(declarations: string): string {
  return declarations.replaceAll(/(["'])(\.{1,2}\/[^"']+)\.ts\1/g, "$1$2.js$1");
}
