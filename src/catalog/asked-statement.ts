import { derivedAvailability } from "../availability.ts";
import { type Bind, bindRows } from "../db/statement-values.ts";
import { chordArcSelect } from "../geo/chord-arc.ts";
import { toEcef } from "../geo/ecef.ts";
import { DETAILS, type Proof, type Stock } from "./entry.ts";
import { proofJson } from "./plan.ts";
import type { ItemToWrite, RowToWrite, ToWrite } from "./to-write.ts";

/** Farther than this from its shop, a photo is measured by the geodesic itself; that takes knowing where the shop is. */
const FAR_M = 400_000;

/**
 * What the request says, as tables: `asked_items`, and by its ordinal `asked_rows` (at its `location_id`, null when there
 * is no such location), `asked_proofs`, `asked_adjustments`; and `photos`, the distances of proofs.
 */
export function askedCtes(bind: Bind, partner: string, { items, rows }: ToWrite): readonly string[] {
  const refs = [...new Set(rows.flatMap(({ locationRef }) => locationRef ?? []))];
  const soleIsMeant = rows.some(({ locationRef }) => locationRef === null);
  const shops = soleIsMeant
    ? `(SELECT count(*) FROM (SELECT FROM locations WHERE partner_id = ${partner} LIMIT 2) AS few) = 1`
    : `location_ref = ANY (${bind(refs, "text[]")})`;
  return [
    `asked_items AS MATERIALIZED (SELECT n.* FROM permit, ${itemTable(bind, items)})`,
    `asked_rows AS MATERIALIZED (
  SELECT r.*, shop.location_id, shop.x_m, shop.y_m, shop.z_m FROM permit CROSS JOIN ${rowTable(bind, rows)}
  LEFT JOIN (SELECT * FROM locations WHERE partner_id = ${partner} AND ${shops}) AS shop
    ON ${soleIsMeant ? "true" : "shop.location_ref = r.ref"})`,
    `asked_proofs AS MATERIALIZED (SELECT p.* FROM permit, ${proofTable(bind, rows)})`,
    `asked_adjustments AS MATERIALIZED (SELECT a.* FROM permit, ${adjustmentTable(bind, rows)})`,
    `photos AS MATERIALIZED (${chordArcSelect({
      from: "asked_proofs JOIN asked_rows ON asked_rows.ordinal = row_ordinal",
      carry: ["row_ordinal", "given_distance_m"],
      point: { xM: "captured_x_m", yM: "captured_y_m", zM: "captured_z_m" },
      row: { xM: "x_m", yM: "y_m", zM: "z_m" },
    })})`,
  ];
}

/** SQL of whether the locations are there, and near enough to their photos: else see `Facts`. */
export const LOCATIONS_ARE_KNOWN = `NOT EXISTS (SELECT FROM asked_rows WHERE location_id IS NULL)
    AND NOT EXISTS (SELECT FROM photos WHERE distance_m > ${FAR_M} AND given_distance_m IS NULL)`;

function itemTable(bind: Bind, items: readonly ItemToWrite[]): string {
  const instantOf = instants();
  return bindRows(bind, "n", items, {
    external_ref: ["text", (item) => item.externalRef],
    new_id: ["uuid", (item) => item.newId],
    deleted_at: ["timestamptz", (item) => instantOf(item.deletedAtMs)],
    details_at: ["timestamptz", (item) => instantOf(item.toWrite?.atMs)],
    ...Object.fromEntries(
      DETAILS.map((name) => [
        `new_${name}`,
        ["text", ({ toWrite }: ItemToWrite) => toWrite?.values[name] ?? null] as const,
      ]),
    ),
    new_keys: ["text", (item) => item.searchKeys],
    new_registers: ["jsonb", ({ toWrite }) => toWrite?.registers && JSON.stringify(toWrite.registers)],
    merged_revision: ["text", ({ toWrite }) => toWrite?.merged?.revision ?? null],
    merged_outcome: ["text", ({ toWrite }) => toWrite?.merged?.outcome ?? null],
  });
}

function rowTable(bind: Bind, rows: readonly RowToWrite[]): string {
  const instantOf = instants();
  const stock =
    <T>(read: (stock: Stock) => T) =>
    (row: RowToWrite) =>
      row.stock?.value ? read(row.stock.value) : null;
  return bindRows(bind, "r", rows, {
    item_ordinal: ["int8", (row) => row.item + 1],
    ref: ["text", (row) => row.locationRef],
    has_details: ["bool", (row) => row.hasDetails],
    said_price_at: ["timestamptz", (row) => instantOf(row.price?.source.atMs)],
    said_price_amount: ["int8", (row) => row.price?.value?.amount ?? null],
    said_price_currency: ["text", (row) => row.price?.value?.currency ?? null],
    said_stock_at: ["timestamptz", (row) => instantOf(row.stock?.source.atMs)],
    said_quantity: ["int4", stock(({ quantity }) => quantity)],
    said_availability: [
      "availability",
      stock(({ availability, quantity }) => availability ?? derivedAvailability(quantity)),
    ],
    said_availability_stated: ["bool", stock(({ availability }) => availability !== null)],
    said_verified_at: ["timestamptz", stock(({ verifiedAtMs }) => instantOf(verifiedAtMs))],
    said_verification_method: ["verification_method", stock(({ proof }) => proof?.kind ?? "pos_sync")],
  });
}

type SentProof = Proof & { readonly row: number; readonly newId: string; readonly distanceM: number | null };

function proofTable(bind: Bind, rows: readonly RowToWrite[]): string {
  const instantOf = instants();
  const sent = rows.flatMap(({ stock, newProofId, proofDistanceM }, row): SentProof[] => {
    const proof = stock?.value?.proof;
    return proof && newProofId !== null
      ? [{ ...proof, row, newId: newProofId, distanceM: proofDistanceM }]
      : [];
  });
  const axis =
    (name: "xM" | "yM" | "zM") =>
    ({ point }: SentProof) =>
      point && toEcef(point)[name];
  return bindRows(bind, "p", sent, {
    row_ordinal: ["int8", (proof) => proof.row + 1],
    new_proof_id: ["uuid", (proof) => proof.newId],
    proof_json: ["text", proofJson],
    kind: ["verification_method", (proof) => proof.kind],
    media_url: ["text", (proof) => proof.media_url],
    sha256: ["text", (proof) => proof.sha256],
    captured_at: ["timestamptz", (proof) => instantOf(proof.capturedAtMs)],
    captured_lat: ["float8", ({ point }) => point?.lat ?? null],
    captured_lng: ["float8", ({ point }) => point?.lng ?? null],
    captured_x_m: ["float8", axis("xM")],
    captured_y_m: ["float8", axis("yM")],
    captured_z_m: ["float8", axis("zM")],
    given_distance_m: ["float8", (proof) => proof.distanceM],
  });
}

function adjustmentTable(bind: Bind, rows: readonly RowToWrite[]): string {
  const instantOf = instants();
  const all = rows.flatMap(({ adjustments }, row) =>
    adjustments.map((adjustment) => ({ ...adjustment, row })),
  );
  return bindRows(bind, "a", all, {
    row_ordinal: ["int8", ({ row }) => row + 1],
    by: ["int4", ({ by }) => by],
    at: ["timestamptz", ({ atMs }) => instantOf(atMs)],
  });
}

/** RFC 3339 by epoch milliseconds. A request has few instants, many times. */
function instants(): (epochMs: number | null | undefined) => string | null {
  const written = new Map<number, string>();
  return (epochMs) => {
    if (epochMs === null || epochMs === undefined) return null;
    const known = written.get(epochMs) ?? new Date(epochMs).toISOString();
    written.set(epochMs, known);
    return known;
  };
}
