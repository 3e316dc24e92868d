import type { TileNode } from "./tile.ts";

/** What a cell is split into; undefined: it is a leaf. */
export type ChildrenOf = (node: TileNode) => readonly TileNode[] | undefined;

/** A tile that is needed is not there, or is too old. */
export type Missing = { readonly kind: "missing"; readonly reason: "unknown" | "old" };

/** Why a leaf cannot be used; undefined when it can. */
export function whyMissing({ tile }: TileNode, oldestAsOfMs: number): Missing | undefined {
  if (tile === undefined) return { kind: "missing", reason: "unknown" };
  return tile.asOfMs < oldestAsOfMs ? { kind: "missing", reason: "old" } : undefined;
}
