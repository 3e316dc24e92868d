import type { NearbyQuery } from "../../../src/inventory/nearby-query.ts";
import { LOCATION_PEERS } from "../../sql/contenders.ts";
import { measure, openField } from "../../sql/measure.ts";
import { queryOf } from "../questions.ts";

/** Questions that are planned differently. */
const QUERY_KINDS = ["plain", "product", "category"] as const;
type QueryKind = (typeof QUERY_KINDS)[number];

/** Which of the ways to write and plan a query for PostGIS is the fastest, by kind. */
export type Plans = Readonly<
  Record<QueryKind, { readonly contender: string; readonly planning: "generic" | "custom" }>
>;

const ROUNDS = 4;

export function kindOf({ product, category }: NearbyQuery): QueryKind {
  return product !== undefined ? "product" : category !== undefined ? "category" : "plain";
}

/** Asks all of the questions in every exact way, and returns the way with the least median for each kind. */
export async function bestPlans(databaseUrl: string, paths: readonly string[]): Promise<Plans> {
  await using field = await openField(databaseUrl, LOCATION_PEERS);
  const peers = field.entrants.filter(
    ({ contender, planning }) => LOCATION_PEERS.includes(contender) && planning !== "unprepared",
  );
  const nowMs = Date.now();
  const plans: Partial<Record<QueryKind, Plans[QueryKind]>> = {};
  for (const kind of QUERY_KINDS) {
    const questions = paths
      .map(queryOf)
      .filter((query) => kindOf(query) === kind)
      .map((query) => ({ query, nowMs }));
    const stratum = { density: "dense", radiusM: 0, limit: 0, withProduct: false, questions } as const;
    const [best] = (await measure(stratum, peers, ROUNDS))
      .filter(({ contender }) => contender.exact)
      .toSorted((one, other) => one.p50Ms - other.p50Ms);
    if (best === undefined || best.planning === "unprepared") throw new Error("no way is exact");
    plans[kind] = { contender: best.contender.name, planning: best.planning };
  }
  return plans as Plans;
}
