import type * as z from "zod";
import { gtin14 } from "../gtin.ts";
import { parseInstant } from "../http/instant.ts";
import { DETAILS, type Details, type Entry, type Proof, type Stock } from "./entry.ts";
import type { DeleteEntrySchema, PatchEntrySchema, PostEntrySchema } from "./item-schema.ts";

type PostEntry = z.infer<typeof PostEntrySchema>;
type PatchEntry = z.infer<typeof PatchEntrySchema>;
type DeleteEntry = z.infer<typeof DeleteEntrySchema>;

/** What each entry says of itself. */
type Named = Pick<Entry, "index" | "externalRef" | "locationRef" | "observedAtMs">;

/** The item that a POST's entry, which is right, describes. */
export function postedEntry(body: PostEntry, index: number, nowMs: number): Entry {
  const named = namedOf(body, index, nowMs);
  return {
    ...named,
    kind: "observe",
    details: { ...NO_DETAILS, ...detailsOf(body) },
    price: priceOf(body.price),
    stock: stockOf(body, body.stock, named.observedAtMs),
  };
}

/** The change that a PATCH's entry, which is right, describes. */
export function patchedEntry(body: PatchEntry, index: number, nowMs: number): Entry {
  const named = namedOf(body, index, nowMs);
  const { price, stock } = body;
  if (stock?.adjust !== undefined) {
    const observedAtStated = typeof body.observed_at === "string";
    return { ...named, kind: "adjust", adjust: stock.adjust, observedAtStated };
  }
  const details = detailsOf(body);
  return {
    ...named,
    kind: "observe",
    ...(Object.keys(details).length > 0 && { details }),
    ...(price !== undefined && { price: priceOf(price) }),
    ...(stock?.quantity !== undefined && {
      stock: stockOf(body, { ...stock, quantity: stock.quantity }, named.observedAtMs),
    }),
  };
}

/** The end that a DELETE's entry, which is right, describes. */
export function deletedEntry(body: DeleteEntry, index: number, nowMs: number): Entry {
  return { ...namedOf(body, index, nowMs), kind: "delete" };
}

const NO_DETAILS: Details = Object.fromEntries(DETAILS.map((name) => [name, null]));

function namedOf(body: DeleteEntry, index: number, nowMs: number): Named {
  return {
    index,
    externalRef: body.external_ref,
    locationRef: body.location_ref ?? null,
    observedAtMs: instantMs(body.observed_at) ?? nowMs,
  };
}

/** Those that are named, null or not. */
function detailsOf(body: Pick<PatchEntry, (typeof DETAILS)[number]>): Details {
  const details: { -readonly [Name in keyof Details]: Details[Name] } = {};
  for (const name of DETAILS) {
    const value = body[name];
    if (value !== undefined) details[name] = value;
  }
  if (typeof details.gtin === "string") details.gtin = gtin14(details.gtin) ?? null;
  return details;
}

// Adding 0 turns -0 into 0.
function priceOf({ amount, currency }: PostEntry["price"]): PostEntry["price"] {
  return { amount: amount + 0, currency };
}

function stockOf(
  { proof, verified_at }: Pick<PatchEntry, "proof" | "verified_at">,
  { quantity, availability }: PostEntry["stock"],
  observedAtMs: number,
): Stock {
  return {
    quantity: quantity + 0,
    availability: availability ?? null,
    verifiedAtMs: instantMs(verified_at) ?? observedAtMs,
    proof: proof ? proofOf(proof) : null,
  };
}

function proofOf(proof: NonNullable<PatchEntry["proof"]>): Proof {
  const { kind, media_url, sha256, captured_lat, captured_lng } = proof;
  const isPlaced = typeof captured_lat === "number" && typeof captured_lng === "number";
  return {
    kind,
    media_url: media_url ?? null,
    sha256: sha256?.toLowerCase() ?? null,
    capturedAtMs: instantMs(proof.captured_at) ?? Number.NaN,
    point: isPlaced ? { lat: captured_lat + 0, lng: captured_lng + 0 } : null,
  };
}

function instantMs(text: string | null | undefined): number | undefined {
  return typeof text === "string" ? parseInstant(text) : undefined;
}
