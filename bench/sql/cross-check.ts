import { withinRadius } from "../../src/geo/within-radius.ts";
import { LOCATION_COLUMNS, type PageRow, pageRow, pageRows } from "../../src/inventory/page-columns.ts";
import { OURS, type Question } from "./contenders.ts";
import { type Entrant, isPeer } from "./measure.ts";
import { describeStratum, type Stratum } from "./strata.ts";

/** PostGIS rounds distances to 10 nm. */
const DISTANCE_TOLERANCE_M = 0.01;
const LOCATION_COUNT = LOCATION_COLUMNS.split(",").length;

export type CrossCheck = {
  /** Rows in which ours and every exact peer agree, column for column. */
  readonly rows: number;
  readonly questions: number;
  /** To how many of the questions some peer that is not exact gives other rows, or another order. */
  readonly inexactAnswers: number;
};

/** Compares the answers to all questions. @throws when an exact peer's answer differs from ours. */
export async function crossCheck(
  strata: readonly Stratum[],
  entrants: readonly Entrant[],
): Promise<CrossCheck> {
  let rows = 0;
  let inexactAnswers = 0;
  const prepared = entrants.filter(({ planning }) => planning === "generic");
  const peers = prepared.filter(isPeer);
  const ours = prepared.find((entrant) => !isPeer(entrant));
  if (ours === undefined) throw new Error("ours is not among the entrants");
  for (const stratum of strata) {
    for (const question of stratum.questions) {
      const answer = await answerOf(ours, question);
      rows += answer.length;
      let inexact = false;
      for (const peer of peers) {
        const difference = differenceOf(answer, await answerOf(peer, question));
        if (difference === undefined) continue;
        inexact = true;
        if (peer.contender.exact) {
          const { point } = question.query;
          throw new Error(
            `${peer.contender.name} and ours differ (${describeStratum(stratum)} at ${point.lat}, ${point.lng}): ${difference}`,
          );
        }
      }
      if (inexact) inexactAnswers++;
    }
  }
  return { rows, questions: strata.flatMap(({ questions }) => questions).length, inexactAnswers };
}

/** Rows within the radius, as the service shows them. */
async function answerOf({ contender, session }: Entrant, question: Question): Promise<PageRow[]> {
  const { point, radiusM } = question.query;
  const rows = await session.rows(contender.statement(question));
  if (contender !== OURS) return rows.map(peerPageRow);
  const page = pageRows(JSON.parse(String(rows[0]?.[0])));
  return page.filter((row) => withinRadius(point, row, row.nearness, radiusM));
}

/** Peers select columns: those of a row, those of its location, and the distance. */
export function peerPageRow(values: readonly unknown[]): PageRow {
  return pageRow(values, values.slice(-1 - LOCATION_COUNT, -1), values.at(-1) as number, []);
}

function differenceOf(ours: readonly PageRow[], theirs: readonly PageRow[]): string | undefined {
  if (ours.length !== theirs.length) return `${ours.length} rows and ${theirs.length}`;
  for (const [i, ourRow] of ours.entries()) {
    const theirRow = theirs[i];
    if (theirRow === undefined) return `no row ${i}`;
    const [{ nearness: ourM, ...our }, { nearness: theirM, ...their }] = [ourRow, theirRow];
    if (JSON.stringify(our) !== JSON.stringify(their)) {
      return `row ${i}: ${JSON.stringify(our)} and ${JSON.stringify(their)}`;
    }
    if (Math.abs(ourM - theirM) > DISTANCE_TOLERANCE_M) return `row ${i}: ${ourM} m and ${theirM} m`;
  }
  return undefined;
}
