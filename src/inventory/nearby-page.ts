import type { Excluded, NearestOutside } from "./nearby-explain.ts";
import type { NearbyQuery } from "./nearby-query.ts";
import type { PagePosition } from "./nearby-statement.ts";

/** A question at the moment at which it is answered. */
export type PageQuestion = {
  readonly query: NearbyQuery;
  readonly nowMs: number;
  /** When the query's first page was asked: rows are judged as of then. */
  readonly startedAtMs: number;
  readonly after: PagePosition | undefined;
  /** How many rows to look for: one more than are shown. */
  readonly rows: number;
};

/** Rows in the order asked for, before those beyond the rim are left out, and what is needed to show them. */
export type FoundPage<Row extends { readonly nearness: number }> = {
  readonly rows: readonly Row[];
  /** Whether the row belongs to the answer: within the radius, at a location as the query wants it. */
  readonly isInside: (row: Row) => boolean;
  readonly positionOf: (row: Row) => PagePosition;
  /** Rows as the JSON of an answer's items, with commas between them. */
  readonly render: (rows: readonly Row[]) => string;
  /** What is shown is as of this moment. */
  readonly asOfMs: number;
  /** Only of a question that asks why. */
  readonly excluded: Excluded | undefined;
  readonly nearestOutside: NearestOutside | null;
};
