/** Histories of what shops say, with few refs, places and instants, so that ties and repetitions are frequent. */
import fc from "fast-check";
import type { WireEntry, WireMethod, WireProof } from "./wire.ts";

/** Where one copy of an observation is sent: in which round, and where in its request. */
export type Copy = { readonly round: number; readonly place: number };

export type Observation = {
  readonly method: WireMethod;
  /** `external_ref` is a number within the history; `namedIn` makes it whole. */
  readonly entry: WireEntry;
  /** Every copy that is sent, in one order and in another. */
  readonly sent: readonly [readonly Copy[], readonly Copy[]];
};

export type History = readonly Observation[];

export const LOCATION_REFS: readonly string[] = ["yaba", "Lekki/2 é", "🏪"];
export const ROUNDS = 5;

/** Ends of refs that something on the way may trip over. */
const ODD_REFS = [
  "SKU-1",
  "é",
  "e\u0301",
  "a/b?c=d&e#f",
  "' OR 1=1 --",
  '"{}\\',
  "%00",
  "null",
  "🥖\u{10FFFF}",
  "\u00A0x\t",
  "__proto__",
] as const;

const T0_MS = Date.parse("2026-11-21T08:00:00.000Z");
/** Every clock in the tests is later than any of these, and they are not all in the past by as much. */
export const NOW_MS = T0_MS + 60_000;
const instants = fc
  .integer({ min: 0, max: 4 })
  .map((second) => new Date(T0_MS + second * 1000).toISOString());

const prices = fc.record({ amount: fc.integer({ min: 0, max: 2 }), currency: fc.constantFrom("NGN", "EUR") });
const titles = fc.constantFrom("Bread", "Bréad 🍞", "bread", "\uFFFD bread");
const texts = fc.constantFrom(null, "", "a", "Ω", "🍞", "\uFF5E", '\u0001\n"\\/\u007F\u2028');
const urls = fc.constantFrom(null, "https://shop.example/a", "https://shop.example/b");
const gtins = fc.constantFrom(null, "4006381333931", "96385074", "00012345600012");
const optionalDetails = {
  description: texts,
  brand: texts,
  category: texts,
  gtin: gtins,
  image_url: urls,
  buy_url: urls,
};

const proofs: fc.Arbitrary<WireProof> = fc
  .record(
    {
      kind: fc.constantFrom("shelf_snap", "count", "pos_sync", "assertion"),
      media_url: fc.constantFrom("https://media.example/1.jpg", "https://media.example/2.jpg"),
      sha256: fc.constantFrom("0a".repeat(32), "ff".repeat(32)),
      captured_at: instants,
      place: fc.constantFrom([6.5, 3.375], [6.51, 3.37]),
    },
    { requiredKeys: ["kind", "captured_at"] },
  )
  .map(({ place, ...proof }) => ({
    ...proof,
    ...(place && { captured_lat: place[0]!, captured_lng: place[1]! }),
  })) as fc.Arbitrary<WireProof>;

const stocks = fc
  .record(
    {
      stock: fc.record(
        {
          quantity: fc.constantFrom(0, 1, 5, 6, 1_000_000),
          availability: fc.constantFrom("in_stock", "low_stock", "out_of_stock", "on_request"),
        },
        { requiredKeys: ["quantity"] },
      ),
      proof: fc.option(proofs, { nil: undefined, freq: 1 }),
      verified_at: instants,
    },
    { requiredKeys: ["stock"] },
  )
  .map(({ proof, ...stock }) => ({ ...stock, ...(proof && { proof }) }));

type Said = { readonly method: WireMethod; readonly says: object; readonly everywhere?: boolean };

const whole = fc
  .tuple(fc.record({ title: titles, ...optionalDetails }, { requiredKeys: ["title"] }), prices, stocks)
  .map(([details, price, stock]): Said => ({ method: "POST", says: { ...details, price, ...stock } }));

const someDetails = fc
  .record({ title: titles, ...optionalDetails }, { requiredKeys: [] })
  .filter((details) => Object.keys(details).length > 0);

const parts = fc
  .oneof(
    prices.map((price) => ({ price })),
    stocks,
    someDetails,
    fc.tuple(prices, stocks).map(([price, stock]) => ({ price, ...stock })),
    fc.tuple(someDetails, prices).map(([details, price]) => ({ ...details, price })),
  )
  .map((says): Said => ({ method: "PATCH", says }));

const deletions = fc.boolean().map((everywhere): Said => ({ method: "DELETE", says: {}, everywhere }));

const copies = fc.array(fc.record({ round: fc.nat(ROUNDS - 1), place: fc.nat(9) }), {
  minLength: 1,
  maxLength: 2,
});

const observations: fc.Arbitrary<Observation> = fc
  .record({
    said: fc.oneof({ weight: 3, arbitrary: whole }, { weight: 4, arbitrary: parts }, deletions),
    ref: fc.nat(1),
    at: fc.constantFrom(...LOCATION_REFS),
    observed_at: instants,
    sent: fc.tuple(copies, copies),
  })
  .map(({ said: { method, says, everywhere }, ref, at, observed_at, sent }) => ({
    method,
    entry: { external_ref: String(ref), ...(everywhere ? {} : { location_ref: at }), ...says, observed_at },
    sent,
  }));

/** A chain says the same of several shops at once. */
const chains = fc
  .tuple(observations, fc.subarray([...LOCATION_REFS], { minLength: 1 }))
  .map(([observation, places]) =>
    observation.entry.location_ref === undefined
      ? [observation]
      : places.map((location_ref) => ({ ...observation, entry: { ...observation.entry, location_ref } })),
  );

const anywhere = fc.oneof({ weight: 3, arbitrary: observations.map((one) => [one]) }, chains);

export const histories: fc.Arbitrary<History> = fc
  .array(anywhere, { maxLength: 10, size: "max" })
  .map((all) => all.flat());

/** Adjustments: they converge only by themselves, as each counts once. */
const adjustments: fc.Arbitrary<Observation> = fc
  .record({
    adjust: fc.constantFrom(-6, -1, 1, 5, 999_999),
    ref: fc.nat(1),
    at: fc.constantFrom(...LOCATION_REFS),
    observed_at: fc.option(instants, { nil: undefined }),
    sent: fc.tuple(copies, copies),
  })
  .map(({ adjust, ref, at, observed_at, sent }) => ({
    method: "PATCH",
    entry: {
      external_ref: String(ref),
      location_ref: at,
      stock: { adjust },
      ...(observed_at !== undefined && { observed_at }),
    },
    sent,
  }));

/** Entries that say less of where and when they are from, or what cannot be. */
const careless = fc
  .tuple(observations, fc.constantFrom("no time", "no place", "nowhere", "ahead", "too far ahead"))
  .map(([{ entry, ...observation }, how]): Observation => {
    const { observed_at, location_ref, ...rest } = entry;
    const place = location_ref === undefined ? {} : { location_ref };
    const changed = {
      "no time": { ...rest, ...place },
      "no place": { ...rest, observed_at: observed_at! },
      nowhere: { ...entry, location_ref: "nowhere" },
      ahead: { ...entry, observed_at: new Date(NOW_MS + 4 * 60_000).toISOString() },
      "too far ahead": { ...entry, observed_at: new Date(NOW_MS + 10 * 60_000).toISOString() },
    };
    return { ...observation, entry: changed[how as keyof typeof changed] };
  });

/** What a shop may send when each answer is looked at, and not only the end. */
export const livelyHistories: fc.Arbitrary<History> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: anywhere },
      { weight: 3, arbitrary: adjustments.map((one) => [one]) },
      { weight: 1, arbitrary: careless.map((one) => [one]) },
    ),
    { maxLength: 10, size: "max" },
  )
  .map((all) => all.flat());

/** A history's entries under refs of its own. */
export function namedIn(history: History, name: number): History {
  return history.map((observation) => {
    const { external_ref: ref } = observation.entry;
    const odd = ODD_REFS[(name + Number(ref)) % ODD_REFS.length];
    return { ...observation, entry: { ...observation.entry, external_ref: `${name}.${ref} ${odd}` } };
  });
}
