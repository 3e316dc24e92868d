import fc from "fast-check";
import type {
  CategoryFigures,
  Figures,
  InventoryMetrics,
  LocationFigures,
} from "../../../src/inventory/metrics/metrics.ts";
import { VERIFICATION_METHODS } from "../../../src/stock-words.ts";

const HOSTILE_NAMES = [
  '"',
  "\\",
  "\n",
  "a\\nb",
  '",x="y"} 1\n#',
  "ỌJÀ 🍞",
  "other",
  " ",
  "\u2028",
  "\r",
  "'",
];

/** What a partner may call a category or a shop. */
const wildNames = fc.oneof(
  fc.constantFrom(...HOSTILE_NAMES),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
);

const counts = fc.oneof(fc.constant(0), fc.nat(20), fc.nat(1_000_000));
const instants = fc
  .date({ min: new Date("2025-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1e6) / 1e6;
}

/** Figures that fit one another, as those of rows do. */
export const someFigures: fc.Arbitrary<Figures> = fc
  .record({
    availabilities: fc.tuple(counts, counts, counts, counts, counts),
    notFresh: fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    ),
    kinds: fc.tuple(counts, counts, counts, counts),
    ages: fc.tuple(counts, counts, counts, counts),
  })
  .map(({ availabilities, notFresh, kinds, ages }) => {
    const [in_stock, low_stock, out_of_stock, on_request, scheduled_only] = availabilities;
    const total = availabilities.reduce((sum, count) => sum + count, 0);
    const stale = Math.floor(total * notFresh[0]);
    const aging = Math.floor((total - stale) * notFresh[1]);
    const fresh = total - stale - aging;
    let unproven = total;
    const proven = kinds.map((count) => {
      const taken = Math.min(count, unproven);
      unproven -= taken;
      return taken;
    });
    const [p50 = null, p90 = null, p99 = null, max = null] =
      total === 0 ? [] : ages.toSorted((a, b) => a - b);
    return {
      items: { total, by_availability: { in_stock, low_stock, out_of_stock, on_request, scheduled_only } },
      freshness: {
        window_s: 86_400,
        fresh,
        aging,
        stale,
        fresh_ratio: ratio(fresh, total),
        age_s: { p50, p90, p99, max },
      },
      proof: {
        items_with_proof: total - unproven,
        coverage: ratio(total - unproven, total),
        by_kind: Object.fromEntries(
          VERIFICATION_METHODS.map((kind, i) => [kind, proven[i]]),
        ) as Figures["proof"]["by_kind"],
      },
    };
  });

const categoryFigures: fc.Arbitrary<CategoryFigures> = fc
  .tuple(someFigures, fc.option(wildNames))
  .map(([figures, category]) => ({ ...figures, category }));

const locationFigures: fc.Arbitrary<LocationFigures> = fc
  .tuple(someFigures, wildNames, instants)
  .map(([figures, location_ref, verifiedAt]) => ({
    ...figures,
    location_id: "loc_01k9w2kt6fe1r8y3q5d7h9j2wa",
    location_ref,
    name: location_ref,
    last_verified_at: figures.items.total === 0 ? null : verifiedAt,
  }));

/** The answer about a partner with some categories and locations. */
export const someMetrics: fc.Arbitrary<InventoryMetrics> = fc
  .record({
    figures: someFigures,
    asOf: instants,
    location_ref: fc.option(wildNames),
    category: fc.option(wildNames),
    newestProofAt: instants,
    by_category: fc.uniqueArray(categoryFigures, { selector: ({ category }) => category, maxLength: 6 }),
    by_location: fc.uniqueArray(locationFigures, { selector: (shop) => shop.location_ref, maxLength: 6 }),
  })
  .map(({ figures, asOf, location_ref, category, newestProofAt, by_category, by_location }) => ({
    partner_id: "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa",
    location_ref,
    category,
    as_of: asOf,
    ...figures,
    proof: {
      ...figures.proof,
      newest:
        figures.proof.items_with_proof === 0
          ? []
          : [
              {
                proof_id: "prf_01k9w2kt6fe1r8y3q5d7h9j2wa",
                kind: "count",
                media_url: null,
                sha256: null,
                captured_at: newestProofAt,
                received_at: newestProofAt,
                distance_from_location_m: null,
                item_id: "itm_01k9w2kt6fe1r8y3q5d7h9j2wa",
                external_ref: "SKU-1",
                location_id: "loc_01k9w2kt6fe1r8y3q5d7h9j2wa",
                location_ref: "shop-1",
              },
            ],
    },
    alerts: {
      low_stock: { count: figures.items.by_availability.low_stock, worst: [] },
      out_of_stock: { count: figures.items.by_availability.out_of_stock, worst: [] },
    },
    by_category,
    by_location,
    history: { window: "24h", interval_s: 3600, points: [] },
  }));
