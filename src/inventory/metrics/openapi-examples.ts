import type { Figures, InventoryMetrics } from "./metrics.ts";

const FIGURES: Figures = {
  items: {
    total: 1250,
    by_availability: { in_stock: 1100, low_stock: 80, out_of_stock: 40, on_request: 20, scheduled_only: 10 },
  },
  freshness: {
    window_s: 86_400,
    fresh: 1000,
    aging: 150,
    stale: 100,
    fresh_ratio: 0.8,
    age_s: { p50: 14_210, p90: 131_004, p99: 402_118, max: 902_331 },
  },
  proof: {
    items_with_proof: 500,
    coverage: 0.4,
    by_kind: { shelf_snap: 420, count: 60, pos_sync: 0, assertion: 20 },
  },
};

const ROW = {
  item_id: "itm_01k9w2m5q8e4frg6ynb3xtd7zc",
  external_ref: "SKU-1",
  location_id: "loc_01k9w2kz3xe7g9m2c5v8b1n4sd",
  location_ref: "yaba-1",
};
const OFFENDER = {
  ...ROW,
  title: "Coca-Cola 50cl",
  quantity: 1,
  verified_at: "2026-11-21T09:52:49.000Z",
  age_s: 431,
};

export const METRICS: InventoryMetrics = {
  partner_id: "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa",
  location_ref: null,
  category: null,
  as_of: "2026-11-21T10:00:00.000Z",
  ...FIGURES,
  proof: {
    ...FIGURES.proof,
    newest: [
      {
        proof_id: "prf_01k9w2m7d2f0v8t5h1jr4q6kpa",
        kind: "shelf_snap",
        media_url: "https://shop.example/proofs/1.jpg",
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        captured_at: "2026-11-21T09:52:49.000Z",
        received_at: "2026-11-21T09:52:53.120Z",
        distance_from_location_m: 14,
        ...ROW,
      },
    ],
  },
  alerts: {
    low_stock: { count: 80, worst: [OFFENDER] },
    out_of_stock: { count: 40, worst: [{ ...OFFENDER, external_ref: "SKU-2", quantity: 0 }] },
  },
  by_category: [{ category: "grocery", ...FIGURES }],
  by_location: [
    {
      location_id: ROW.location_id,
      location_ref: ROW.location_ref,
      name: "Yaba 1",
      ...FIGURES,
      last_verified_at: "2026-11-21T09:59:12.000Z",
    },
  ],
  history: {
    window: "24h",
    interval_s: 3600,
    points: [
      { at: "2026-11-21T09:00:00.000Z", ...FIGURES },
      { at: "2026-11-21T10:00:00.000Z", ...FIGURES },
    ],
  },
};

export const PROMETHEUS = `# HELP snapact_inventory_items Listed stock rows, by availability.
# TYPE snapact_inventory_items gauge
snapact_inventory_items{availability="in_stock"} 1100
snapact_inventory_items{availability="low_stock"} 80
`;
