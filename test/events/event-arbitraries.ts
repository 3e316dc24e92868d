import fc from "fast-check";
import { HASH, type WireEvent } from "./events-app.ts";

export const NOW_MS = Date.parse("2026-11-21T10:00:00.000Z");
export const DAY_MS = 86_400_000;
/** Names that different requests share, awkward ones among them. */
const NAMES = ["sale-1", "sale-2", "sale-10", "Sale-1", "ọjà", "a,b", '"{\\', "NULL", " ", "🛒"];

const anInstant = fc
  .integer({ min: NOW_MS - 90 * DAY_MS + 60_000, max: NOW_MS + 300_000 })
  .map((ms) => new Date(ms).toISOString());
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((s) => !s.includes("\0"));
const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null });
const hashes = fc.record(
  {
    email_sha256: orNull(fc.constant(HASH)),
    phone_sha256: fc.constant([...HASH].toReversed().join("")),
    country_sha256: fc.constant(HASH.toUpperCase()),
    em: orNull(fc.constant(HASH)),
    constructor: fc.constant(HASH),
  },
  { requiredKeys: [] },
);

/** Events that are right, with every member present or left out. */
export const someEvents: fc.Arbitrary<WireEvent> = fc.record(
  {
    event_id: fc.constantFrom(...NAMES),
    type: fc.constantFrom("commerce.purchase", "commerce.cart.item_added", "commerce.Add-To.Cart"),
    occurred_at: anInstant,
    external_ref: orNull(text),
    value: orNull(fc.record({ amount: fc.maxSafeNat(), currency: fc.constantFrom("NGN", "USD", "JPY") })),
    user_data: orNull(hashes),
  },
  { requiredKeys: ["event_id", "type", "occurred_at"] },
);

/** An event as it is kept and told: nothing left out, hashes alone, in lower case. */
export function normal({
  event_id,
  type,
  occurred_at,
  external_ref,
  value,
  user_data,
}: WireEvent): WireEvent {
  const said = Object.entries(user_data ?? {})
    .filter(([, hash]) => hash !== null)
    .map(([name, hash]) => [name, String(hash).toLowerCase()]);
  return {
    event_id,
    type,
    occurred_at,
    external_ref: external_ref ?? null,
    value: value ?? null,
    user_data: said.length > 0 ? Object.fromEntries(said) : null,
  };
}
