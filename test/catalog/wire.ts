/** What travels to and from `/connect/v1/catalog/items`, by the names of the wire. */

export const DETAILS = ["title", "description", "brand", "category", "gtin", "image_url", "buy_url"] as const;
export type Detail = (typeof DETAILS)[number];

type Availability = "in_stock" | "low_stock" | "out_of_stock" | "on_request" | "scheduled_only";
type Method = "shelf_snap" | "count" | "pos_sync" | "assertion";

export type WirePrice = { readonly amount: number; readonly currency: string };

export type WireProof = {
  readonly kind: Method;
  readonly media_url?: string;
  readonly sha256?: string;
  readonly captured_at: string;
  readonly captured_lat?: number;
  readonly captured_lng?: number;
};

export type WireStock = { readonly quantity: number; readonly availability?: Availability };

/** What the shop's system says of one item. Members of every method in one; which may come together is the contract's affair. */
export type WireEntry = { readonly [detail in Detail]?: string | null } & {
  readonly external_ref: string;
  readonly location_ref?: string;
  readonly price?: WirePrice;
  readonly stock?: WireStock | { readonly adjust: number };
  readonly proof?: WireProof;
  readonly verified_at?: string;
  readonly observed_at?: string;
};

export type WireMethod = "POST" | "PATCH" | "DELETE";

/** One request, and the service's clock when it comes. */
export type WireRequest = {
  readonly method: WireMethod;
  readonly entries: readonly WireEntry[];
  readonly nowMs: number;
};
