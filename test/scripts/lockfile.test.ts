import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../scripts/service/paths.ts";

type Package = {
  version?: string;
  resolved?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), "utf8"));
const packages: Record<string, Package> = read("package-lock.json").packages;

/** The entry that Node would find for `name` from the package at `path`. */
function resolve(path: string, name: string): Package | undefined {
  const found = packages[`${path === "" ? "" : `${path}/`}node_modules/${name}`];
  if (found !== undefined || path === "") return found;
  return resolve(path.slice(0, Math.max(0, path.lastIndexOf("/node_modules/"))), name);
}

it("package-lock.json names every package, those for other platforms too: npm ci refuses one that does not", () => {
  const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies }).filter(
      (name) => resolve(path, name) === undefined,
    ),
  );
  expect(missing).toEqual([]);
});

it("package-lock.json and package.json agree", () => {
  const { dependencies, devDependencies } = read("package.json");
  expect(packages[""]).toMatchObject({ dependencies, devDependencies });
});

it("package-lock.json names no registry", () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

it("every version is exact", () => {
  const { dependencies, devDependencies } = read("package.json");
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^\d/);
});
