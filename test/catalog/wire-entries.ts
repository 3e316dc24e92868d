import fc from "fast-check";
import { CURRENCIES } from "../../src/currencies.ts";

/** Entries as partners send them. */

export const NOW_MS = Date.parse("2026-11-21T10:00:00.000Z");

const kept = (text: string) => !text.includes("\0") && text.isWellFormed();

/** Text of characters that CSV, JSON and people find hard. */
const someText = (minLength: number, maxLength: number) =>
  fc
    .string({
      unit: fc.oneof(
        fc.constantFrom('"', ",", ";", "\t", "\r\n", "\n", " ", "Ọ", "🍞", "'", "="),
        fc.string({ minLength: 1, maxLength: 1 }),
      ),
      minLength,
      maxLength: Math.min(maxLength, 12),
    })
    .filter((text) => kept(text) && text.length >= minLength && [...text].length <= maxLength);

/** The check digit as GS1 tells people to reckon it: from the right, three times the first, once the second, … */
function withCheckDigit(body: string): string {
  const sum = [...body]
    .reverse()
    .reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  return body + ((10 - (sum % 10)) % 10);
}
const gtin = fc
  .constantFrom(7, 11, 12, 13)
  .chain((length) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`)))
  .map(withCheckDigit);

const urlPart = fc.array(fc.constantFrom("a", "Z", "1", "/", "%20", "-._~", "!$&'()*+,;=", ":@"), {
  maxLength: 6,
});
const url = fc
  .tuple(fc.constantFrom("shop.example", "my_cdn.example:8443", "[2001:db8::1]"), urlPart, urlPart)
  .map(([host, path, query]) => `https://${host}/${path.join("")}?${query.join("")}#${path.join("")}`);

const offset = fc.constantFrom("Z", "+00:00", "-00:00", "+01:00", "-05:30", "+14:00", "-23:59");
const fraction = fc.constantFrom("", ".0", ".5", ".123", ".123999", ".000000001");
/** Instants up to 5 minutes ahead, in any offset and precision, with the millisecond that each one is. */
const instant = fc
  .tuple(fc.integer({ min: 86_400, max: NOW_MS / 1000 + 299 }), offset, fraction)
  .map(([second, zone, rest]) => {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(zone) ?? ["", "+", "0", "0"];
    const shiftS = (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
    return new Date((second + shiftS) * 1000).toISOString().slice(0, 19) + rest + zone;
  });

const price = fc.record({
  amount: fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, Number.MAX_SAFE_INTEGER)),
  currency: fc.constantFrom(...CURRENCIES),
});
const availability = fc.constantFrom("in_stock", "low_stock", "out_of_stock", "on_request", "scheduled_only");
const stock = fc.record(
  { quantity: fc.integer({ min: 0, max: 1_000_000 }), availability },
  { requiredKeys: ["quantity"] },
);
const degrees = (most: number) => fc.integer({ min: -most * 1e6, max: most * 1e6 }).map((n) => n / 1e6);
const proof = fc
  .record(
    {
      kind: fc.constantFrom("shelf_snap", "count", "pos_sync", "assertion"),
      media_url: url,
      sha256: fc.stringMatching(/^[0-9a-fA-F]{64}$/),
      captured_at: instant,
      place: fc.record({ captured_lat: degrees(90), captured_lng: degrees(180) }),
    },
    { requiredKeys: ["kind", "captured_at"] },
  )
  .map(({ place, ...members }) => ({ ...members, ...place }));

const names = { external_ref: someText(1, 128), location_ref: someText(1, 128), observed_at: instant };
const title = someText(1, 300).filter((text) => text.trim() !== "");
const details = {
  description: someText(1, 2000),
  brand: someText(1, 200),
  category: someText(1, 100),
  gtin,
  image_url: url,
  buy_url: url,
};
const evidence = { proof, verified_at: instant };

export type WireEntry = { external_ref: string; [name: string]: unknown };

/** What a POST may say, with nothing null. */
export const postEntry: fc.Arbitrary<WireEntry> = fc.record(
  { ...names, title, ...details, price, stock, ...evidence },
  { requiredKeys: ["external_ref", "title", "price", "stock"] },
);

/** What a PATCH may say. */
export const patchEntry: fc.Arbitrary<WireEntry> = fc.oneof(
  fc
    .record({ ...names, title, ...details, price }, { requiredKeys: ["external_ref"] })
    .filter((entry) => Object.keys(entry).some((name) => !(name in names))),
  fc.record({ ...names, title, price, stock, ...evidence }, { requiredKeys: ["external_ref", "stock"] }),
  fc.record(
    {
      ...names,
      stock: fc.record({ adjust: fc.integer({ min: -1_000_000, max: 1_000_000 }).filter((n) => n !== 0) }),
    },
    { requiredKeys: ["external_ref", "stock"] },
  ),
);

export const deleteEntry: fc.Arbitrary<WireEntry> = fc.record(names, { requiredKeys: ["external_ref"] });

/** An entry of a POST that has every member. */
export const WHOLE = {
  external_ref: "SKU-1",
  title: "Peak Milk",
  description: "150 g tin",
  brand: "Peak",
  category: "grocery",
  gtin: "5449000000996",
  image_url: "https://cdn.example/1.jpg",
  buy_url: "https://shop.example/1",
  price: { amount: 125_000, currency: "NGN" },
  stock: { quantity: 12, availability: "in_stock" },
  location_ref: "yaba-1",
  proof: {
    kind: "shelf_snap",
    media_url: "https://cdn.example/snap.jpg",
    sha256: "AB".repeat(32),
    captured_at: "2026-11-21T09:59:00Z",
    captured_lat: 6.5,
    captured_lng: -3.25,
  },
  verified_at: "2026-11-21T09:59:30Z",
  observed_at: "2026-11-21T10:59:59.999+01:00",
};
