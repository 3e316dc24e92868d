import type { Shelf } from "./shops.ts";

/** One sync of everything, and what it must be answered with. */
export type Phase = {
  readonly name: "first" | "confirmed" | "unchanged" | "changed";
  readonly observedAtMs: number;
  /** What stands on the shelf by then. */
  readonly shelfAt: (shelf: Shelf, row: number) => Shelf;
  readonly statusAt: (row: number) => string;
  readonly versionAt: (row: number) => number;
};

const MINUTE_MS = 60_000;
/** One row in fifty changes: its quantity, or its price. Rows with a proof are others. */
const CHANGED_EVERY = 50;
const CHANGED_AT = 7;

/** The phases in their order; all of it was observed within the hour before `nowMs`. */
export function phasesAt(nowMs: number): readonly Phase[] {
  const [first, second, third] = [40, 20, 10].map((minutes) => nowMs - minutes * MINUTE_MS) as [
    number,
    number,
    number,
  ];
  const still = { shelfAt: (shelf: Shelf) => shelf, versionAt: () => 1 };
  return [
    { name: "first", observedAtMs: first, statusAt: () => "created", ...still },
    { name: "confirmed", observedAtMs: second, statusAt: () => "confirmed", ...still },
    { name: "unchanged", observedAtMs: second, statusAt: () => "unchanged", ...still },
    {
      name: "changed",
      observedAtMs: third,
      shelfAt: changedShelf,
      statusAt: (row) => (isChanged(row) ? "updated" : "confirmed"),
      versionAt: (row) => (isChanged(row) ? 2 : 1),
    },
  ];
}

function isChanged(row: number): boolean {
  return row % CHANGED_EVERY === CHANGED_AT;
}

function changedShelf(shelf: Shelf, row: number): Shelf {
  if (!isChanged(row)) return shelf;
  return row % (2 * CHANGED_EVERY) === CHANGED_AT
    ? { ...shelf, quantity: shelf.quantity + 24 }
    : { ...shelf, priceAmount: shelf.priceAmount + 50 };
}

/** The entry that a shop's system sends of a shelf. */
export function entryOf({ product, shop, priceAmount, quantity, proof }: Shelf, observedAtMs: number) {
  return {
    external_ref: product.externalRef,
    location_ref: shop.locationRef,
    title: product.title,
    ...(product.description === null ? {} : { description: product.description }),
    brand: product.brand,
    category: product.category,
    ...(product.gtin === null ? {} : { gtin: product.gtin }),
    image_url: product.imageUrl,
    buy_url: product.buyUrl,
    price: { amount: priceAmount, currency: "USD" },
    stock: { quantity },
    observed_at: new Date(observedAtMs).toISOString(),
    ...(proof === null
      ? {}
      : {
          proof: {
            kind: "shelf_snap",
            media_url: proof.mediaUrl,
            sha256: proof.sha256,
            captured_at: proof.capturedAt,
            captured_lat: proof.lat,
            captured_lng: proof.lng,
          },
        }),
  };
}
