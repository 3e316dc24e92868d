import { vincentyInverse } from "../geo/vincenty.ts";
import type { ModelRow } from "./catalog-model.ts";
import type { WireProof } from "./wire.ts";

export type Place = { readonly lat: number; readonly lng: number };
type Listed = { readonly external_ref: string; readonly location_ref: string };

const iso = (ms: number) => new Date(ms).toISOString();

/** What `GET` must show of the row, but for ids; when its proof was received beside it. */
export function asListed(row: ModelRow, placeOf: (locationRef: string) => Place) {
  const { method, verifiedAtMs, priceAtMs, stockAtMs, updatedAtMs, proof, proofReceivedAtMs, ...members } =
    row;
  return {
    ...members,
    proof: proof && shownProof(proof, placeOf(row.location_ref)),
    received_at: proof && iso(proofReceivedAtMs),
    verification_method: method,
    verified_at: iso(verifiedAtMs),
    observed_at: iso(Math.max(priceAtMs, stockAtMs)),
    updated_at: iso(updatedAtMs),
  };
}

function shownProof(proof: WireProof, shop: Place) {
  const { captured_lat: lat = null, captured_lng: lng = null } = proof;
  return {
    kind: proof.kind,
    media_url: proof.media_url ?? null,
    sha256: proof.sha256 ?? null,
    captured_at: proof.captured_at,
    captured_lat: lat,
    captured_lng: lng,
    distance_from_location_m:
      lat === null || lng === null ? null : Math.round(vincentyInverse({ lat, lng }, shop)),
  };
}

/** A row of an answer without what only the service can know. */
export function withoutIds(row: Readonly<Record<string, unknown>>) {
  const { item_id, proof, ...members } = row;
  if (typeof proof !== "object" || proof === null) return { ...members, proof: null, received_at: null };
  const { proof_id, received_at, ...shown } = proof as Readonly<Record<string, unknown>>;
  return { ...members, proof: shown, received_at };
}

/** By name, without `members`. */
export function endOf<Row extends Listed>(rows: readonly Row[], ...members: readonly string[]): object[] {
  return inOrder(rows).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([member]) => !members.includes(member))),
  );
}

export function inOrder<Row extends Listed>(rows: readonly Row[]): Row[] {
  const name = (row: Row) => JSON.stringify([row.external_ref, row.location_ref]);
  return rows.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}
