import { compareCodePoints } from "./canonical-json.ts";

/** One observation of a group of members: when it was made, and the group as canonical JSON, which decides ties. */
export type Source = {
  readonly atMs: number;
  /** Made when it is asked for: ties are rare. */
  readonly json: () => string;
};

/** Nothing, as canonical JSON: what a deletion says. */
export const NOTHING = "null";

export function sourceOf(atMs: number, json: () => string): Source {
  let made: string | undefined;
  return {
    atMs,
    json: () => {
      made ??= json();
      return made;
    },
  };
}

/** Whether `a` wins over `b`: the newer one, else the one with the larger canonical JSON. */
export function isNewer(a: Source, b: Source): boolean {
  if (a === b) return false;
  return a.atMs === b.atMs ? compareCodePoints(a.json(), b.json()) > 0 : a.atMs > b.atMs;
}

/** Whether they are the same observation. */
export function isSame(a: Source, b: Source): boolean {
  return a === b || (a.atMs === b.atMs && a.json() === b.json());
}
