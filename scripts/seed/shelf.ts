import type { Random } from "../import/random.ts";

/** How an item stands at a shop. */
export type ShelfState = {
  readonly quantity: number;
  readonly reserved: number;
  readonly availability: string;
  readonly method: "shelf_snap" | "count" | "pos_sync" | "assertion";
  readonly hasProof: boolean;
  readonly ageMs: number;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LOW_STOCK_THRESHOLD = 5;

/** The age of the freshest verification in town; `refreshDemo` restores it. */
export const FRESHEST_AGE_MS = 3 * MINUTE_MS;

/** A believable state: most things there and looked at today, some gone, some not looked at for weeks. */
export function randomShelfState(random: Random): ShelfState {
  const quantity = randomQuantity(random);
  const method = randomMethod(random);
  return {
    quantity,
    availability: randomAvailability(random, quantity),
    reserved: random.fraction() < 0.06 ? Math.min(quantity, random.integer(1, 3)) : 0,
    method,
    hasProof: method === "shelf_snap" || (method === "count" && random.fraction() < 0.5),
    ageMs: randomAgeMs(random),
  };
}

function randomQuantity(random: Random): number {
  const share = random.fraction();
  if (share < 0.09) return 0;
  return share < 0.27 ? random.integer(1, LOW_STOCK_THRESHOLD) : random.integer(LOW_STOCK_THRESHOLD + 1, 60);
}

function randomAvailability(random: Random, quantity: number): string {
  const share = random.fraction();
  if (share < 0.03) return "on_request";
  if (share < 0.05) return "scheduled_only";
  if (quantity === 0) return "out_of_stock";
  return quantity <= LOW_STOCK_THRESHOLD ? "low_stock" : "in_stock";
}

function randomMethod(random: Random): ShelfState["method"] {
  const share = random.fraction();
  if (share < 0.45) return "shelf_snap";
  if (share < 0.65) return "count";
  return share < 0.94 ? "pos_sync" : "assertion";
}

/** With the usual window of 24 hours: 75 % fresh (half of it within three hours), 14 % aging, 11 % stale. */
function randomAgeMs(random: Random): number {
  const share = random.fraction();
  if (share < 0.37) return random.integer(FRESHEST_AGE_MS, 3 * HOUR_MS);
  if (share < 0.75) return random.integer(3 * HOUR_MS, 20 * HOUR_MS);
  return share < 0.89 ? random.integer(26 * HOUR_MS, 46 * HOUR_MS) : random.integer(3 * DAY_MS, 40 * DAY_MS);
}
