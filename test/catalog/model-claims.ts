/** What one entry of a request says, for the model: which registers it sets, of when and to what. */
import { canonicalJson, type Register } from "./registers.ts";
import { DETAILS, type Detail, type WireEntry, type WireProof, type WireRequest } from "./wire.ts";

/** One item at one location. */
export type Row = { readonly ref: string; readonly at: string };

export type Stock = {
  readonly quantity: number;
  readonly availability: string;
  /** Whether the availability was said. */
  readonly stated: boolean;
  readonly method: string;
  readonly proof: WireProof | null;
  readonly verifiedAtMs: number;
};

export type Claim = { readonly key: string; readonly register: Register };

export const detailKey = (ref: string, detail: Detail) => JSON.stringify([ref, detail]);
export const priceKey = ({ ref, at }: Row) => JSON.stringify([ref, at, "price"]);
export const stockKey = ({ ref, at }: Row) => JSON.stringify([ref, at, "stock"]);

export const isAdjustment = ({ stock }: WireEntry): boolean => stock !== undefined && "adjust" in stock;

/** Of when the entry is. */
export const momentOf = ({ observed_at }: WireEntry, nowMs: number): number =>
  observed_at === undefined ? nowMs : Date.parse(observed_at);

/** Which row the entry is about; undefined when it names none, and there is not just one that it could mean. */
export function rowOf(
  { external_ref, location_ref }: WireEntry,
  locationRefs: readonly string[],
): Row | undefined {
  const at = location_ref ?? (locationRefs.length === 1 ? locationRefs[0] : undefined);
  return at === undefined || !locationRefs.includes(at) ? undefined : { ref: external_ref, at };
}

/** All that an observation or a deletion says. */
export function claimsOf(
  entry: WireEntry,
  { method, nowMs }: WireRequest,
  locationRefs: readonly string[],
): Claim[] {
  const atMs = momentOf(entry, nowMs);
  const row = rowOf(entry, locationRefs);
  if (method === "DELETE") return deletionOf(entry, atMs, row, locationRefs);
  const claims = detailsOf(entry, method === "POST", atMs);
  if (row === undefined) return claims;
  if (entry.price !== undefined) {
    const said = canonicalJson(entry.price);
    claims.push({ key: priceKey(row), register: { atMs, said, value: entry.price } });
  }
  const stock = stockOf(entry, atMs);
  if (stock !== undefined) claims.push({ key: stockKey(row), register: stock });
  return claims;
}

function deletionOf(
  { external_ref: ref, location_ref }: WireEntry,
  atMs: number,
  row: Row | undefined,
  locationRefs: readonly string[],
): Claim[] {
  const nothing = { atMs, said: null, value: null };
  const everywhere = location_ref === undefined;
  const rows = everywhere ? locationRefs.map((at) => ({ ref, at })) : row === undefined ? [] : [row];
  const keys = rows.flatMap((each) => [priceKey(each), stockKey(each)]);
  if (everywhere) keys.push(...DETAILS.map((detail) => detailKey(ref, detail)));
  return keys.map((key) => ({ key, register: nothing }));
}

/** A POST says all details, by their absence too; a PATCH those that it names. */
function detailsOf(entry: WireEntry, isPost: boolean, atMs: number): Claim[] {
  const values = DETAILS.map((detail) => [detail, saidOf(entry, detail)] as const);
  const named = values.filter(([, value]) => value !== undefined);
  const whole = isPost || named.length === DETAILS.length;
  const said = canonicalJson(Object.fromEntries(whole ? named.filter(([, value]) => value !== null) : named));
  return (whole ? values : named).map(([detail, value = null]) => ({
    key: detailKey(entry.external_ref, detail),
    register: { atMs, said, value },
  }));
}

function saidOf(entry: WireEntry, detail: Detail): string | null | undefined {
  const value = entry[detail];
  return detail === "gtin" && typeof value === "string" ? value.padStart(14, "0") : value;
}

function stockOf({ stock, proof, verified_at }: WireEntry, atMs: number): Register | undefined {
  if (stock === undefined || "adjust" in stock) return undefined;
  const verifiedAtMs = verified_at === undefined ? atMs : Date.parse(verified_at);
  const value: Stock = {
    quantity: stock.quantity,
    availability: stock.availability ?? derivedAvailability(stock.quantity),
    stated: stock.availability !== undefined,
    method: proof?.kind ?? "pos_sync",
    proof: proof === undefined ? null : asKept(proof),
    verifiedAtMs,
  };
  return { atMs, said: stockSaid(value, atMs), value };
}

/** `{proof?, stock, verified_at?}`, with what was said and no more. */
function stockSaid({ quantity, availability, stated, proof, verifiedAtMs }: Stock, atMs: number): string {
  return canonicalJson({
    ...(proof !== null && { proof }),
    stock: { quantity, ...(stated && { availability }) },
    ...(verifiedAtMs !== atMs && { verified_at: new Date(verifiedAtMs).toISOString() }),
  });
}

const asKept = (proof: WireProof): WireProof => ({
  ...proof,
  ...(proof.sha256 !== undefined && { sha256: proof.sha256.toLowerCase() }),
  captured_at: new Date(proof.captured_at).toISOString(),
});

/** What is known of the stock after adjustments of `by` in all, the newest of them of `atMs`. */
export function adjustedStock(known: Register, by: number, atMs: number): Register {
  const stock = known.value as Stock;
  const quantity = stock.quantity + by;
  const newestMs = Math.max(known.atMs, atMs);
  // That it comes to order, or at set times, is not a matter of how many there are.
  const stated = ["on_request", "scheduled_only"].includes(stock.availability);
  const value: Stock = {
    quantity,
    availability: stated ? stock.availability : derivedAvailability(quantity),
    stated,
    method: "pos_sync",
    proof: null,
    verifiedAtMs: Math.max(stock.verifiedAtMs, atMs),
  };
  return { atMs: newestMs, said: stockSaid(value, newestMs), value };
}

const derivedAvailability = (quantity: number): string =>
  quantity === 0 ? "out_of_stock" : quantity <= 5 ? "low_stock" : "in_stock";
