import { wireId } from "../../ids.ts";
import { freshnessOf } from "../freshness.ts";
import { instantText } from "../instant-text.ts";
import { NOTHING_COUNTED, type OffenderRow, type ProofRow } from "./counted.ts";
import { figuresOf } from "./figures.ts";
import type { HistoryWindow, InventoryMetrics, NewestProof, Offender } from "./metrics.ts";
import type { StoredSummary } from "./metrics-queries.ts";
import type { MetricsScope } from "./scope.ts";

const SNAPSHOT_INTERVAL_S = 3600;

/** A stored summary and the snapshots before it, as the wire shows them. */
export function metricsOf(
  { partnerId, locationRef, category }: MetricsScope,
  window: HistoryWindow,
  { asOfMs, rows, history }: StoredSummary,
): InventoryMetrics {
  const { items, freshness, proof } = figuresOf(rows.counted, asOfMs);
  const alert = (count: number, worst: readonly OffenderRow[]) => ({
    count,
    worst: worst.map((row) => offenderOf(row, asOfMs)),
  });
  return {
    partner_id: wireId("ptr", partnerId),
    location_ref: locationRef,
    category,
    as_of: instantText(asOfMs),
    items,
    freshness,
    proof: { ...proof, newest: rows.newest_proofs.map(proofOf) },
    alerts: {
      low_stock: alert(rows.counted.low_stock, rows.low_stock),
      out_of_stock: alert(rows.counted.out_of_stock, rows.out_of_stock),
    },
    by_category: rows.by_category.map((row) => ({
      category: row.category,
      ...figuresOf(row.counted, asOfMs),
    })),
    by_location: rows.by_location.map(({ location_id, location_ref, name, counted }) => ({
      location_id: wireId("loc", location_id),
      location_ref,
      name,
      ...figuresOf(counted ?? NOTHING_COUNTED, asOfMs),
      last_verified_at: textOrNull(counted?.newest_verified_ms ?? null),
    })),
    history: {
      window,
      interval_s: SNAPSHOT_INTERVAL_S,
      points: history.map(({ hour_ms, taken_ms, counted }) => ({
        at: instantText(hour_ms),
        ...figuresOf(counted, taken_ms),
      })),
    },
  };
}

function offenderOf(row: OffenderRow, asOfMs: number): Offender {
  return {
    item_id: wireId("itm", row.item_id),
    external_ref: row.external_ref,
    title: row.title,
    location_id: wireId("loc", row.location_id),
    location_ref: row.location_ref,
    quantity: row.quantity,
    verified_at: instantText(row.verified_ms),
    age_s: freshnessOf(row.verified_ms, asOfMs).ageS,
  };
}

function proofOf(row: ProofRow): NewestProof {
  return {
    proof_id: wireId("prf", row.proof_id),
    kind: row.kind,
    media_url: row.media_url,
    sha256: row.sha256,
    captured_at: instantText(row.captured_ms),
    received_at: instantText(row.received_ms),
    distance_from_location_m: row.distance_m === null ? null : Math.round(row.distance_m),
    item_id: wireId("itm", row.item_id),
    external_ref: row.external_ref,
    location_id: wireId("loc", row.location_id),
    location_ref: row.location_ref,
  };
}

function textOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : instantText(epochMs);
}
