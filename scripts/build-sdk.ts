import { join, relative } from "node:path";
import { buildSdk } from "./sdk/build-sdk.ts";
import { ROOT } from "./service/paths.ts";

const OUTDIR = join(ROOT, "dist", "sdk");

await buildSdk(OUTDIR);
console.log(`${relative(ROOT, OUTDIR)}: to publish it, npm publish ${relative(ROOT, OUTDIR)}`);
