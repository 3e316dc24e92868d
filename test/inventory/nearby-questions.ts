/** Questions to a generated market: mostly such as find something, with every parameter. */
import fc from "fast-check";
import { latLngToCell } from "h3-js";
import type { Question } from "../support/nearby-model.ts";
import { wire } from "../support/nearby-model-row.ts";
import { CATEGORIES, CURRENCIES, near, spreadM } from "./nearby-market-arbitraries.ts";
import type { World } from "./nearby-world.ts";

const AVAILABILITIES = ["in_stock", "low_stock", "out_of_stock", "on_request", "scheduled_only"];
const WORDS = [
  "coca cola",
  "COLA",
  "braed",
  "bread brown",
  "eba",
  "Ẹ̀bà",
  "mlk",
  "milk peak",
  "noodels",
  "strassen kaffee",
  "null",
  "牛奶",
  "grocery",
  "household cola",
  "nothing like this",
  "!?",
];

export const SORTS = ["distance", "delivery", "price", "freshness"] as const;

/** One of the values every so many times, else undefined. */
const onceIn = <T>(times: number, values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: times - 1 }, { arbitrary: values, weight: 1 });

function places(world: World): fc.Arbitrary<Question> {
  const anywhere = fc.oneof(
    { arbitrary: near(world.centres, 60_000), weight: 3 },
    { arbitrary: fc.constantFrom(...world.locations), weight: 1 },
  );
  return fc.oneof(
    { arbitrary: anywhere.map(({ lat, lng }) => ({ lat, lng })), weight: 5 },
    {
      arbitrary: fc
        .tuple(anywhere, fc.integer({ min: 5, max: 15 }))
        .map(([{ lat, lng }, resolution]) => ({ cell: latLngToCell(lat, lng, resolution) })),
      weight: 1,
    },
  );
}

/** Any question that may be asked of this market, but for `limit`. */
export function questionsTo(world: World): fc.Arbitrary<Question> {
  const gtins = world.items.flatMap(({ gtin }) => (gtin === null ? [] : [gtin.replace(/^0{6}|^0/, "")]));
  const prices = fc.tuple(
    fc.constantFrom(...CURRENCIES),
    fc.constantFrom(0, 100, 12_500, 500_000, undefined),
  );
  return fc
    .tuple(
      places(world),
      fc.record({
        radius_m: fc.oneof(
          fc.constant(undefined),
          fc.constant(50_000),
          spreadM(1, 50_000).map((radiusM) => Math.max(1, Number(radiusM.toFixed(6)))),
          spreadM(5000, 50_000).map(Math.round),
        ),
        product: onceIn(5, fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...gtins))),
        category: onceIn(5, fc.constantFrom(...CATEGORIES, "grocer")),
        gtin: onceIn(15, fc.constantFrom(...gtins)),
        partner_id: onceIn(
          6,
          fc.constantFrom(...world.partners.map(({ partnerId }) => wire("ptr", partnerId))),
        ),
        location_id: onceIn(
          15,
          fc.constantFrom(...world.locations.map(({ locationId }) => wire("loc", locationId))),
        ),
        availability: onceIn(2, fc.subarray(AVAILABILITIES, { minLength: 1 })),
        min_qty: onceIn(5, fc.constantFrom(0, 1, 5, 12, 51, 1_000_000)),
        max_age_s: onceIn(2, fc.constantFrom(0, 60, 7200, 86_400, 604_800, 31_536_000, 315_360_000)),
        proof: onceIn(5, fc.constantFrom("any" as const, "required" as const)),
        open_now: onceIn(5, fc.boolean()),
        deliverable: onceIn(5, fc.boolean()),
        sort: onceIn(2, fc.constantFrom(...SORTS)),
        explain: fc.constantFrom(undefined, false, true, true),
      }),
      onceIn(5, prices),
    )
    .map(([place, rest, price]) => ({ ...place, ...rest, currency: price?.[0], max_price: price?.[1] }));
}
