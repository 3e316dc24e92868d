import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { ROOT } from "../../scripts/service/paths.ts";

/** The folder that modules of a Worker under test are below. */
export const SOURCES = join(ROOT, "src");

const IMPORTED = /\bfrom\s+"(\.{1,2}\/[^"]+)"/g;

/** A Worker written in a test, as Miniflare's modules: `source`, which is to lie at `path` below `src`, and all that it imports. */
export function workerModules(
  path: string,
  source: string,
): { readonly type: "ESModule"; readonly path: string; readonly contents: string }[] {
  const modules = new Map<string, string>();
  const add = (file: string, contents: string): void => {
    modules.set(file, contents);
    for (const [, imported = ""] of contents.matchAll(IMPORTED)) {
      const other = join(dirname(file), imported);
      if (!modules.has(other)) add(other, stripTypeScriptTypes(readFileSync(other, "utf8")));
    }
  };
  add(join(SOURCES, path), source);
  return [...modules].map(([file, contents]) => ({ type: "ESModule", path: file, contents }));
}
