import { spawn } from "node:child_process";
import { ROOT } from "./service/paths.ts";

/** Everything that must hold of the code before it runs; all at once, because most of them wait for files. */
const CHECKS: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  "format and lint": ["biome", "check", "--error-on-warnings"],
  "types of src": ["tsc", "--project", "tsconfig.json"],
  "types of the SDK": ["tsc", "--project", "tsconfig.sdk.json"],
  "types of scripts, tests and benches": ["tsc", "--project", "tsconfig.node.json"],
  "types of tests in workerd": ["tsc", "--project", "tsconfig.workerd.json"],
  "import rules": ["node", "scripts/check-imports.ts"],
  "dead code and unused dependencies": ["knip"],
};

const results = await Promise.all(Object.entries(CHECKS).map(([name, command]) => check(name, command)));
const failed = results.filter((succeeded) => !succeeded).length;
console.log(failed === 0 ? "All checks passed." : `${failed} of ${results.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;

function check(name: string, [command, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  const startedMs = performance.now();
  const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.on("error", (error) => {
      output += error.message;
    });
    child.on("close", (code) => {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      console.log(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
      if (code !== 0) console.log(output.trim().replaceAll(/^/gm, "    "));
      resolve(code === 0);
    });
  });
}
