import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { findCycles } from "./cycles.ts";
import { type Import, type Module, readModule } from "./read-module.ts";
import { IMPORT_RULES, type ImportRule, MAY_EXPORT_DEFAULT, MAY_RE_EXPORT, PURE_FILES } from "./rules.ts";

export type Violation = {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
};
export type Report = {
  readonly files: readonly string[];
  readonly importCount: number;
  readonly violations: readonly Violation[];
};

/** Checks every TypeScript file below `src` of the folder; a report without files has checked nothing. */
export function checkImports(root: string): Report {
  const modules = new Map(
    filesBelow(root, "src").map((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return [file, { text, ...readModule(file, text) }] as const;
    }),
  );
  const violations: Violation[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, module] of modules) {
    const report = (rule: string, message: string, offset: number): void => {
      violations.push({ file, line: module.text.slice(0, offset).split("\n").length, rule, message });
    };
    checkExports(file, module, report);
    const targets = module.imports.map((edge) => checkImport(root, file, edge, report));
    graph.set(file, targets.filter((target) => target !== undefined && modules.has(target)).map(String));
  }
  for (const cycle of findCycles(graph)) {
    violations.push({ file: cycle[0] ?? "", line: 1, rule: "no-cycles", message: cycle.join(" -> ") });
  }
  const importCount = [...modules.values()].reduce((sum, { imports }) => sum + imports.length, 0);
  return { files: [...modules.keys()], importCount, violations };
}

type Reporter = (rule: string, message: string, offset: number) => void;

function checkExports(file: string, module: Module, report: Reporter): void {
  if (!matches(file, MAY_EXPORT_DEFAULT)) {
    for (const offset of module.defaultExports) report("no-default-export", "name the export", offset);
  }
  if (!matches(file, MAY_RE_EXPORT)) {
    for (const offset of module.reExports) report("no-barrel", "import from where it is made", offset);
  }
  if (matches(file, PURE_FILES)) {
    for (const { what, offset } of module.impurities) report("pure-is-pure", `uses ${what}`, offset);
  }
}

/** Reports what is wrong with the import, and returns the file or package that it means. */
function checkImport(root: string, file: string, edge: Import, report: Reporter): string | undefined {
  if (edge.specifier === null) {
    report("imports-are-literal", "imports what is only known at run time", edge.offset);
    return undefined;
  }
  const target = edge.specifier.startsWith(".") ? posix.join(dirname(file), edge.specifier) : edge.specifier;
  if (edge.specifier.startsWith(".") && !existsSync(join(root, target))) {
    report("imports-exist", `there is no ${target}`, edge.offset);
  }
  for (const rule of IMPORT_RULES) {
    if (forbids(rule, file, target, edge.isType)) report(rule.name, `${target}: ${rule.why}`, edge.offset);
  }
  return target;
}

function forbids(rule: ImportRule, from: string, to: string, isType: boolean): boolean {
  const appliesFrom = matches(from, rule.from) && !matches(from, rule.exceptFrom ?? []);
  const appliesTo = matches(to, rule.to) && !matches(to, rule.exceptTo ?? []);
  return appliesFrom && appliesTo && !(isType && rule.typesAllowed === true);
}

function matches(text: string, patterns: readonly RegExp[]): boolean {
  return patterns.some((pattern) => pattern.test(text));
}

function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(root, path);
      return /\.m?ts$/.test(entry.name) ? [path] : [];
    })
    .sort();
}
