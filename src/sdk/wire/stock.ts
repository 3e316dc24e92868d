/** How much there is, in words. */
export type Availability = "in_stock" | "low_stock" | "out_of_stock" | "on_request" | "scheduled_only";

/** How a quantity was last confirmed. */
export type VerificationMethod = "shelf_snap" | "count" | "pos_sync" | "assertion";

/** Money: a whole number of minor units (kobo, cents) and its ISO 4217 currency. */
export type Price = { amount: number; currency: string };

/** One page of a list; `next_cursor` is the `cursor` of the next, null on the last. */
export type Page<Item> = { items: Item[]; next_cursor: string | null };
