import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleWorker } from "./service/build-worker.ts";
import { ROOT } from "./service/paths.ts";
import { describeStartError } from "./service/start-error.ts";

const OUTDIR = join(ROOT, "dist", "production");

try {
  console.log((await bundleWorker(OUTDIR, "production")).trim());
  const bundle = join(OUTDIR, "worker.js");
  const bytes = readFileSync(bundle);
  console.log(
    `${relative(ROOT, bundle)}: ${kib(bytes.length)}, gzip ${kib(gzipSync(bytes, { level: 9 }).length)}`,
  );
} catch (error) {
  console.error(describeStartError(error));
  process.exitCode = 1;
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
