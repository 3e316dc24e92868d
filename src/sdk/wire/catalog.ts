import type { Proof } from "./inventory.ts";
import type { BodyError } from "./problem.ts";
import type { Availability, Page, Price, VerificationMethod } from "./stock.ts";

/** Which item, and where. Instants are RFC 3339. */
export type ItemName = {
  /** Your own name for the item, 1 to 128 characters. */
  external_ref: string;
  /** Your own name for the location; may be left out while you have only one. */
  location_ref?: string | null | undefined;
  /** When this was so at its source; the time of receipt when left out. The newest wins. */
  observed_at?: string | null | undefined;
};

/** The evidence behind a quantity. */
export type ProofInput = {
  kind: VerificationMethod;
  media_url?: string | null | undefined;
  sha256?: string | null | undefined;
  captured_at: string;
  captured_lat?: number | null | undefined;
  captured_lng?: number | null | undefined;
};

type Details = {
  description?: string | null | undefined;
  brand?: string | null | undefined;
  category?: string | null | undefined;
  /** GTIN-8, -12, -13 or -14, with its check digit. */
  gtin?: string | null | undefined;
  image_url?: string | null | undefined;
  buy_url?: string | null | undefined;
};

type Evidence = { proof?: ProofInput | null | undefined; verified_at?: string | null | undefined };

/** An item at a location, whole: what is left out of its details is gone. */
export type ItemInput = ItemName &
  Details &
  Evidence & {
    title: string;
    /** What the buyer pays at this location. */
    price: Price;
    stock: { quantity: number; availability?: Availability | null | undefined };
  };

/** What changes of an item, or of its row at a location; `null` clears a detail. */
export type ItemPatch = ItemName &
  Details &
  Evidence & {
    title?: string | undefined;
    price?: Price | undefined;
    /** As counted; or `adjust` alone, how many came or went, for tills that know no more. */
    stock?:
      | {
          quantity?: number | undefined;
          availability?: Availability | null | undefined;
          adjust?: number | undefined;
        }
      | undefined;
  };

export type CatalogStatus =
  | "created"
  | "updated"
  | "confirmed"
  | "unchanged"
  | "stale"
  | "rejected"
  | "deleted"
  | "not_found";

/** What became of one entry. */
export type CatalogResult = {
  /** The entry's place in what you passed, from 0. */
  index: number;
  /** Null when even that could not be read. */
  external_ref: string | null;
  item_id: string | null;
  status: CatalogStatus;
  /** The row's, which counts up by one per change. */
  version: number | null;
  /** Only when the row is not shown to anyone yet: what it waits for. */
  missing?: ("title" | "price" | "stock")[] | undefined;
  /** Only when `rejected`; `quantity`, how many are there, only with `insufficient_stock`. */
  errors?: (BodyError & { quantity?: number | undefined })[] | undefined;
};

/** What became of each entry, in their order, and how many have each status. */
export type CatalogReport = { results: CatalogResult[]; summary: Record<CatalogStatus, number> };

/** One item at one location, as it was written. */
export type CatalogItem = {
  item_id: string;
  external_ref: string;
  location_ref: string;
  title: string;
  description: string | null;
  brand: string | null;
  category: string | null;
  gtin: string | null;
  image_url: string | null;
  buy_url: string | null;
  price: Price;
  /** As counted, open orders not subtracted. */
  stock: { quantity: number; availability: Availability };
  proof: (Proof & { captured_lat: number | null; captured_lng: number | null }) | null;
  verification_method: VerificationMethod;
  verified_at: string;
  observed_at: string;
  version: number;
  updated_at: string;
};

export type CatalogPage = Page<CatalogItem>;

export type CatalogQuery = {
  /** Only what changed at that instant (RFC 3339) or later. */
  updated_since?: string | undefined;
  external_ref?: string | undefined;
  location_ref?: string | undefined;
  availability?: readonly Availability[] | undefined;
  /** Items on one page, 1 to 1,000; 100 when left out. */
  limit?: number | undefined;
  cursor?: string | undefined;
};
