import { rounded, table } from "../support/table.ts";
import { isPeer, type Result } from "./measure.ts";
import type { Stratum } from "./strata.ts";

/** A stratum with everybody's times. */
export type MeasuredStratum = { readonly stratum: Stratum; readonly results: readonly Result[] };

/** What is compared: statements that are prepared, or parsed and planned anew each time. */
export type Manner = "prepared" | "unprepared";

type Quantile = "p50Ms" | "p99Ms";

/** Ours, and the peer with the least median among those that are exact or those that are not. */
type Comparison = { readonly ours: Result; readonly best: (exact: boolean) => Result | undefined };

export function comparison(results: readonly Result[], manner: Manner): Comparison {
  const of = results.filter(({ planning }) => (planning === "unprepared") === (manner === "unprepared"));
  const ours = of.find((result) => !isPeer(result));
  if (ours === undefined) throw new Error("ours was not measured");
  const peers = of.filter(isPeer).toSorted((one, other) => one.p50Ms - other.p50Ms);
  return { ours, best: (exact) => peers.find(({ contender }) => contender.exact === exact) };
}

export function ratio(compared: Comparison, quantile: Quantile, exact: boolean): number {
  return compared.ours[quantile] / (compared.best(exact)?.[quantile] ?? Number.NaN);
}

export function strataTable(strata: readonly MeasuredStratum[], manner: Manner): string {
  const header = [
    ...["place", "radius", "limit", "product", "ours p50", "PostGIS p50", "ratio", "by"],
    ...(manner === "prepared" ? ["ours p99", "PostGIS p99", "ratio"] : []),
    "`<->` alone p50",
    "ratio",
  ];
  const rows = strata.map(({ stratum, results }) => {
    const compared = comparison(results, manner);
    const { ours, best } = compared;
    const exact = best(true);
    return [
      stratum.density,
      `${stratum.radiusM / 1000} km`,
      String(stratum.limit),
      stratum.withProduct ? "yes" : "",
      ms(ours.p50Ms),
      ms(exact?.p50Ms),
      ratio(compared, "p50Ms", true).toFixed(2),
      exact === undefined
        ? ""
        : `${exact.contender.name}${manner === "prepared" ? ` (${exact.planning})` : ""}`,
      ...(manner === "prepared"
        ? [ms(ours.p99Ms), ms(exact?.p99Ms), ratio(compared, "p99Ms", true).toFixed(2)]
        : []),
      ms(best(false)?.p50Ms),
      ratio(compared, "p50Ms", false).toFixed(2),
    ];
  });
  return table(header, rows);
}

export type Summary = {
  readonly strata: number;
  readonly at_or_below: number;
  readonly median: number;
  readonly worst: number;
};

export function summary(
  strata: readonly MeasuredStratum[],
  manner: Manner,
  quantile: Quantile,
  exact: boolean,
): Summary {
  const ratios = strata
    .map(({ results }) => ratio(comparison(results, manner), quantile, exact))
    .toSorted((one, other) => one - other);
  return {
    strata: ratios.length,
    at_or_below: ratios.filter((one) => one <= 1).length,
    median: rounded(ratios[Math.floor(ratios.length / 2)]),
    worst: rounded(ratios.at(-1)),
  };
}

export function ms(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(value < 10 ? 2 : 1);
}
