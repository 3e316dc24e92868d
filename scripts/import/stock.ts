import type { CatalogueItem } from "./catalogue.ts";
import type { Location } from "./market.ts";
import { type Random, seededRandom } from "./random.ts";

/** One item at one location. */
export type StockRow = {
  readonly item: CatalogueItem;
  readonly verifiedAtMs: number;
  /** US cents. */
  readonly priceAmount: number;
  readonly availability: string;
  readonly method: string;
  readonly quantity: number;
  readonly reserved: number;
};

/** Verifications by photo, and no others, have a proof. */
export const PROVEN_METHOD = "shelf_snap";
export const PROVEN_SHARE = 0.1;

const HOUR_MS = 3_600_000;
const LOW_STOCK_THRESHOLD = 5;

/**
 * What a location carries: `count` different items of its partner's catalogue, in the order of their ids.
 * The same location and `nowMs` always give the same rows; `nowMs` moves nothing but `verifiedAtMs`.
 */
export function* stockOf(location: Location, count: number, nowMs: number): Generator<StockRow> {
  const { catalogue } = location.partner;
  const random = seededRandom(`stock/${location.locationId}`);
  const localPriceFactor = 0.95 + random.fraction() * 0.1;
  let unseen = catalogue.length;
  let wanted = Math.min(count, catalogue.length);
  for (const item of catalogue) {
    // Selection sampling (Knuth, The Art of Computer Programming, 3.4.2, algorithm S).
    if (random.fraction() * unseen < wanted) {
      wanted--;
      yield {
        item,
        priceAmount: shelfPrice(item.usualPrice * localPriceFactor),
        ...randomState(random, nowMs),
      };
    }
    unseen--;
  }
}

/** Shops like prices that end in 9. */
function shelfPrice(price: number): number {
  return Math.max(1, Math.round(price / 10)) * 10 - 1;
}

function randomState(random: Random, nowMs: number): Omit<StockRow, "item" | "priceAmount"> {
  const quantity = randomQuantity(random);
  return {
    quantity,
    availability: randomAvailability(random, quantity),
    reserved: random.fraction() < 0.04 ? Math.min(quantity, random.integer(1, 2)) : 0,
    verifiedAtMs: nowMs - randomAgeMs(random),
    method: randomMethod(random),
  };
}

function randomQuantity(random: Random): number {
  const share = random.fraction();
  if (share < 0.08) return 0;
  return share < 0.22 ? random.integer(1, LOW_STOCK_THRESHOLD) : random.integer(LOW_STOCK_THRESHOLD + 1, 80);
}

function randomAvailability(random: Random, quantity: number): string {
  const share = random.fraction();
  if (share < 0.02) return "on_request";
  if (share < 0.03) return "scheduled_only";
  if (quantity === 0) return "out_of_stock";
  return quantity <= LOW_STOCK_THRESHOLD ? "low_stock" : "in_stock";
}

/** Whether somebody must have said so: every other availability follows from the quantity. */
export function isStatedAvailability(availability: string): boolean {
  return availability === "on_request" || availability === "scheduled_only";
}

/** With the usual window of 24 hours: 80 % fresh, 12 % aging, 8 % stale. */
function randomAgeMs(random: Random): number {
  const share = random.fraction();
  if (share < 0.8) return random.integer(60_000, 24 * HOUR_MS - 1);
  return share < 0.92
    ? random.integer(24 * HOUR_MS, 48 * HOUR_MS - 1)
    : random.integer(48 * HOUR_MS, 30 * 24 * HOUR_MS);
}

function randomMethod(random: Random): string {
  const share = random.fraction();
  if (share < PROVEN_SHARE) return PROVEN_METHOD;
  if (share < 0.3) return "count";
  return share < 0.95 ? "pos_sync" : "assertion";
}
