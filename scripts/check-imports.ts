import { resolve } from "node:path";
import { checkImports } from "./import-rules/check-imports.ts";
import { ROOT } from "./service/paths.ts";

const root = resolve(process.argv[2] ?? ROOT);
const { files, importCount, violations } = checkImports(root);
for (const { file, line, rule, message } of violations) console.error(`${file}:${line} ${rule}: ${message}`);
if (files.length === 0) console.error(`There is no source file below ${root}/src: nothing was checked.`);
else console.log(`${files.length} files, ${importCount} imports, ${violations.length} violations.`);
if (files.length === 0 || violations.length > 0) process.exitCode = 1;
