import { CHORD_ARC_ERROR_M, chordArcDistanceM } from "../../geo/chord-arc.ts";
import { chordSquared, type Ecef, toEcef } from "../../geo/ecef.ts";
import { needsVerdicts } from "../location-verdicts.ts";
import type { NearbyQuery } from "../nearby-query.ts";
import type { PagePosition } from "../nearby-statement.ts";
import { type NextAsked, rowsAsked } from "./asked-rows.ts";
import { type RowTest, rowTest } from "./row-test.ts";
import { type ShelfJudge, shelfJudge } from "./shelf-judge.ts";
import type { Shelf, TileNode } from "./tile.ts";

/** What is asked of shelves and their rows. */
export type RowQuestion = {
  readonly query: NearbyQuery;
  /** The moment by which rows are judged. */
  readonly startedAtMs: number;
  readonly after: PagePosition | undefined;
  /** How many rows are wanted. */
  readonly rows: number;
};

/** A question made ready to be asked of cells, shelves and rows. */
export type RowSearch = {
  readonly query: NearbyQuery;
  readonly after: PagePosition | undefined;
  /** How many rows are wanted. */
  readonly rows: number;
  readonly origin: Ecef;
  /** No shelf nearer or farther than this is on the page. */
  readonly nearestM: number;
  readonly farthestM: number;
  readonly rowReason: RowTest;
  readonly nextAsked: NextAsked;
  readonly judge: ShelfJudge;
  /** Whether `judge` has a say in which shelves are on the page and in what order. */
  readonly judged: boolean;
  /** Shelves of which a younger tile has another version. */
  readonly outdated: ReadonlySet<Shelf>;
};

/** More than the chord between two points falls short of the way between them within a disc. */
const CHORD_SHORTFALL_M = 1;

export function rowSearch(question: RowQuestion, outdated: ReadonlySet<Shelf>): RowSearch {
  const { query, startedAtMs, after, rows } = question;
  // The estimate may lie a hair beyond the rim where the geodesic lies within.
  const farthestM = query.radiusM + CHORD_ARC_ERROR_M;
  // What lies before is counted all the same where reasons are asked for.
  const startsFar = query.sort === "distance" && !query.explain;
  const fromM = startsFar && after !== undefined ? after.nearness : 0;
  return {
    query,
    after,
    rows,
    origin: toEcef(query.point),
    nearestM: Math.min(fromM, farthestM) - CHORD_SHORTFALL_M,
    farthestM,
    rowReason: rowTest(query, startedAtMs),
    nextAsked: rowsAsked(query),
    judge: shelfJudge(query, startedAtMs),
    judged: needsVerdicts(query),
    outdated,
  };
}

/** No location of the cell is nearer than this; infinite when none of them can be on the page. */
export function lowestDistanceM({ origin, nearestM, farthestM }: RowSearch, node: TileNode): number {
  const centreM = Math.sqrt(chordSquared(origin, node));
  const lowestM = centreM - node.reachM;
  return lowestM > farthestM || centreM + node.reachM < nearestM ? Number.POSITIVE_INFINITY : lowestM;
}

/** How far the shelf is, by `chordArcDistanceM`; infinite when it is too far or not asked for. */
export function estimatedDistanceM({ origin, query, farthestM, outdated }: RowSearch, shelf: Shelf): number {
  const { partnerId, locationId } = query;
  if (partnerId !== undefined && shelf.partnerId !== partnerId) return Number.POSITIVE_INFINITY;
  if (locationId !== undefined && shelf.locationId !== locationId) return Number.POSITIVE_INFINITY;
  if (outdated.size > 0 && outdated.has(shelf)) return Number.POSITIVE_INFINITY;
  const estimateM = chordArcDistanceM(origin, shelf);
  return estimateM <= farthestM ? estimateM : Number.POSITIVE_INFINITY;
}
