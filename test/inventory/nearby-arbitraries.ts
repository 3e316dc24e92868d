import fc from "fast-check";
import { cellToLatLng, latLngToCell } from "h3-js";
import { wireId } from "../../src/ids.ts";
import type { NearbyQuery } from "../../src/inventory/nearby-query.ts";

/** A parameter as written in a query string, and what it adds to the question. */
type Written = { readonly text: string; readonly means: Partial<NearbyQuery> };

function written<T>(
  values: fc.Arbitrary<T>,
  text: (value: T) => string,
  means: (value: T) => Partial<NearbyQuery>,
) {
  return values.map((value): Written => ({ text: text(value), means: means(value) }));
}

/** Every decimal of up to six places between the bounds. */
const decimals = (min: number, max: number) =>
  fc.integer({ min: min * 1e6, max: max * 1e6 }).map((millionths) => millionths / 1e6);

const plain = (value: number) => value.toFixed(6);
const words = (maxLength: number) =>
  fc
    .array(
      fc.integer({ min: 1, max: 0x10ffff }).filter((point) => point < 0xd800 || point > 0xdfff),
      {
        minLength: 1,
        maxLength,
      },
    )
    .map((points) => String.fromCodePoint(...points));

const gtins = fc.tuple(fc.constantFrom(8, 12, 13, 14), fc.nat({ max: 9_999_998 })).map(([length, body]) => {
  const digits = String(body).padStart(length - 1, "0");
  const sum = [...digits].reverse().reduce((total, digit, i) => total + Number(digit) * (i % 2 ? 1 : 3), 0);
  return `${digits}${(1000 - sum) % 10}`;
});

const flags = (member: "openNow" | "deliverable" | "explain") =>
  written(fc.boolean(), String, (value) => ({ [member]: value }));

const ORDER = ["in_stock", "low_stock", "out_of_stock", "on_request", "scheduled_only"] as const;

const uuids = fc.uuid({ version: 7 });

/** Where to look, in each of the two ways to say so. */
const places: fc.Arbitrary<{ texts: Record<string, string>; means: Partial<NearbyQuery> }> = fc.oneof(
  fc.tuple(decimals(-90, 90), decimals(-180, 180)).map(([lat, lng]) => ({
    texts: { lat: plain(lat), lng: plain(lng) },
    means: { point: { lat, lng } },
  })),
  fc
    .tuple(decimals(-90, 90), decimals(-180, 180), fc.integer({ min: 0, max: 15 }), fc.boolean())
    .map(([lat, lng, resolution, upper]) => {
      const cell = latLngToCell(lat, lng, resolution);
      const [centreLat, centreLng] = cellToLatLng(cell);
      return {
        texts: { cell: upper ? cell.toUpperCase() : cell },
        means: { point: { lat: centreLat, lng: centreLng } },
      };
    }),
);

/** Every other parameter but `max_price`, which needs company: each with what may rightly be written there. */
const parameters = {
  radius_m: written(decimals(1, 50_000), plain, (radiusM) => ({ radiusM })),
  product: written(words(200), String, (product) => ({ product })),
  category: written(words(200), String, (category) => ({ category })),
  gtin: written(gtins, String, (gtin) => ({ gtin: gtin.padStart(14, "0") })),
  partner_id: written(
    uuids,
    (uuid) => wireId("ptr", uuid),
    (partnerId) => ({ partnerId }),
  ),
  location_id: written(
    uuids,
    (uuid) => wireId("loc", uuid),
    (locationId) => ({ locationId }),
  ),
  availability: written(
    fc.array(fc.constantFrom(...ORDER), { minLength: 1, maxLength: 8 }),
    (list) => list.join(","),
    (list) => ({ availability: ORDER.filter((one) => list.includes(one)) }),
  ),
  min_qty: written(fc.integer({ min: 0, max: 1_000_000 }), String, (minQty) => ({ minQty })),
  max_age_s: written(fc.integer({ min: 0, max: 315_360_000 }), String, (maxAgeS) => ({ maxAgeS })),
  proof: written(fc.constantFrom("any", "required"), String, (proof) => ({
    proofRequired: proof === "required",
  })),
  currency: written(fc.constantFrom("NGN", "USD", "EUR", "XOF"), String, (currency) => ({ currency })),
  open_now: flags("openNow"),
  deliverable: flags("deliverable"),
  sort: written(fc.constantFrom("distance", "delivery", "price", "freshness"), String, (sort) => ({ sort })),
  limit: written(fc.integer({ min: 1, max: 100 }), String, (limit) => ({ limit })),
  cursor: written(
    fc.stringMatching(/^[A-Za-z0-9_-]{1,2048}$/),
    (cursor) => cursor,
    (cursor) => ({ cursor }),
  ),
  explain: flags("explain"),
};

const prices = fc.tuple(fc.maxSafeNat(), fc.constantFrom("NGN", "GHS")).map(([maxPrice, currency]) => ({
  texts: { max_price: String(maxPrice), currency },
  means: { maxPrice, currency },
}));

/** What a question is when nothing but the place is said: the contract's defaults. */
export const DEFAULTS: Omit<NearbyQuery, "point"> = {
  radiusM: 5000,
  product: undefined,
  category: undefined,
  gtin: undefined,
  partnerId: undefined,
  locationId: undefined,
  availability: ["in_stock", "low_stock"],
  minQty: 1,
  maxAgeS: 86_400,
  proofRequired: false,
  maxPrice: undefined,
  currency: undefined,
  openNow: false,
  deliverable: false,
  sort: "distance",
  limit: 20,
  cursor: undefined,
  explain: false,
};

/** Well-formed questions: what is written, and what it means. */
export const questions = fc
  .tuple(places, fc.record(parameters, { requiredKeys: [] }), fc.option(prices, { nil: undefined }))
  .map(([place, rest, price]) => {
    const texts: Record<string, string> = { ...place.texts };
    let means = { ...DEFAULTS, ...place.means } as NearbyQuery;
    for (const [name, { text, means: more }] of Object.entries(rest)) {
      texts[name] = text;
      means = { ...means, ...more };
    }
    return { texts: { ...texts, ...price?.texts }, means: { ...means, ...price?.means } };
  });

/** The same query string in ways that mean the same: order, `+` or `%20`, needless escapes, empty pairs. */
export function queryStrings(texts: Record<string, string>): fc.Arbitrary<string> {
  const pairs = Object.entries(texts);
  const encoders = [
    encodeURIComponent,
    (text: string) => new URLSearchParams([["", text]]).toString().slice(1),
    (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  ];
  return fc
    .tuple(
      fc.shuffledSubarray(pairs, { minLength: pairs.length }),
      fc.array(fc.constantFrom(...encoders), { minLength: pairs.length, maxLength: pairs.length }),
      fc.constantFrom("", "?"),
      fc.constantFrom("&", "&&"),
    )
    .map(([order, encode, start, separator]) => {
      const encoded = order.map(([name, text], i) => `${encode[i]!(name)}=${encode[i]!(text)}`);
      return start + encoded.join(separator);
    });
}
