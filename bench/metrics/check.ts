import { isDeepStrictEqual } from "node:util";
import type { Figures, InventoryMetrics } from "../../src/inventory/metrics/metrics.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../../src/stock-words.ts";
import type { NaiveAnswer } from "./naive.ts";

/** @throws unless both say the same, of everything that both say. */
export function requireSame(metrics: InventoryMetrics, naive: NaiveAnswer): void {
  const places = (rows: readonly Readonly<Record<string, unknown>>[]) =>
    rows.map((row) => `${row["location_ref"]} ${row["external_ref"]}`);
  const { by_availability } = metrics.items;
  const { fresh, stale, age_s } = metrics.freshness;
  const { by_kind, newest } = metrics.proof;
  const pairs: readonly (readonly [what: string, ours: unknown, theirs: unknown])[] = [
    ["availability", by_availability, counts(AVAILABILITIES, naive.availability, "availability")],
    ["freshness", agesOf({ fresh, stale, age_s }), rowAges(naive.freshness[0] ?? {})],
    ["proofs", by_kind, counts(VERIFICATION_METHODS, naive.proofs, "kind")],
    ["newest", places(newest), places(naive.newest)],
    ["low stock", places(metrics.alerts.low_stock.worst), places(naive.lowStock)],
    ["out of stock", places(metrics.alerts.out_of_stock.worst), places(naive.outOfStock)],
    [
      "by category",
      sorted(metrics.by_category.map((row) => [row.category, ...figuresOf(row)])),
      sorted(naive.byCategory.map((row) => [row["category"], ...rowFigures(row)])),
    ],
    [
      "by location",
      sorted(metrics.by_location.map((row) => [row.location_ref, row.last_verified_at, ...figuresOf(row)])),
      sorted(
        naive.byLocation.map((row) => [
          row["location_ref"],
          (row["last_verified_at"] as Date).toISOString(),
          ...rowFigures(row),
        ]),
      ),
    ],
  ];
  for (const [what, ours, theirs] of pairs) {
    if (!isDeepStrictEqual(ours, theirs)) throw new Error(`the summary and the queries disagree: ${what}`);
  }
}

type Row = Readonly<Record<string, unknown>>;

function counts(names: readonly string[], rows: readonly Row[], column: string): Row {
  return Object.fromEntries(
    names.map((name) => [name, rows.find((row) => row[column] === name)?.["count"] ?? 0]),
  );
}

function figuresOf({ items, freshness, proof }: Figures): unknown[] {
  const { total, by_availability } = items;
  return [total, ...Object.values(by_availability), ...Object.values(proof.by_kind), ...agesOf(freshness)];
}

function rowFigures(row: Row): unknown[] {
  const kinds = VERIFICATION_METHODS.map((kind) => row[`proof_${kind}`]);
  return [row["total"], ...AVAILABILITIES.map((name) => row[name]), ...kinds, ...rowAges(row)];
}

function agesOf({ fresh, stale, age_s }: Pick<Figures["freshness"], "fresh" | "stale" | "age_s">): unknown[] {
  return [fresh, stale, age_s.p50, age_s.p90, age_s.p99, age_s.max];
}

function rowAges(row: Row): unknown[] {
  return [row["fresh"], row["stale"], ...(row["percentiles"] as readonly number[]), row["max"]];
}

function sorted(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
