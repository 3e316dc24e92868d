/** Why a question was answered by the database. */
export type ColdReason =
  /** There are no tiles. */
  | "off"
  /** The caller asked for it. */
  | "asked"
  /** A tile is not held, or not yet whole. */
  | "unknown"
  /** A tile is older than it may be. */
  | "old"
  /** A tile is too large to be held. */
  | "too_dense"
  /** Nothing was found, and `explain` asks what lies outside. */
  | "explain";

/** Which path an answer took, and what it cost. */
export type Path =
  | {
      readonly kind: "hot";
      readonly ms: number;
      readonly tiles: number;
      /** Of the oldest tile. */
      readonly ageMs: number;
      /** Of all tiles that the isolate holds. */
      readonly heldBytes: number;
    }
  | {
      readonly kind: "cold";
      readonly ms: number;
      readonly reason: ColdReason;
      readonly databaseMs: number;
      readonly heldBytes: number;
    };

/** The `Server-Timing` header (W3C) of an answer: its first metric is named after the path. */
export function serverTiming(path: Path): string {
  const held = `held;desc="${path.heldBytes}"`;
  if (path.kind === "hot") {
    return `hot;dur=${path.ms}, tiles;desc="${path.tiles}", age;dur=${path.ageMs}, ${held}`;
  }
  return `cold;dur=${path.ms};desc="${path.reason}", db;dur=${path.databaseMs}, ${held}`;
}
