import { withinRadius } from "../geo/within-radius.ts";
import { needsVerdicts } from "./location-verdicts.ts";
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

/** A row of a page, before those beyond the rim are left out. */
export type CandidateRow = PagePosition & {
  readonly lat: number;
  readonly lng: number;
};

/** Rows in the order asked for, and what is needed to show them. */
export type FoundPage<Row extends CandidateRow> = {
  readonly rows: readonly Row[];
  readonly render: (rows: readonly Row[]) => readonly string[];
  /** What is shown is as of this moment. */
  readonly asOfMs: number;
  /** Only of a question that asks why. */
  readonly excluded: Excluded | undefined;
  readonly nearestOutside: NearestOutside | null;
};

/** Nearness is a distance unless pure code chose the locations, which then are inside for certain. */
export function isInside(row: CandidateRow, query: NearbyQuery): boolean {
  return needsVerdicts(query) || withinRadius(query.point, row, row.nearness, query.radiusM);
}
