import type { Availability, Page, Price, VerificationMethod } from "./stock.ts";

/** A delivery point: WGS-84 degrees, or an H3 cell whose centre is meant, for who will not send a precise one. */
export type DeliveryPoint =
  | { lat: number; lng: number; cell?: undefined }
  | { cell: string; lat?: undefined; lng?: undefined };

/** What to look for, and how. Defaults are the service's: see `/docs`. */
export type NearbyFilters = {
  /** Metres, 1 to 50,000; 5,000 when left out. */
  radius_m?: number | undefined;
  /** Words in title, brand or category; or an exact GTIN. */
  product?: string | undefined;
  category?: string | undefined;
  gtin?: string | undefined;
  partner_id?: string | undefined;
  location_id?: string | undefined;
  /** `in_stock` and `low_stock` when left out. */
  availability?: readonly Availability[] | undefined;
  min_qty?: number | undefined;
  /** Oldest verification accepted, in seconds; a day when left out. */
  max_age_s?: number | undefined;
  proof?: "any" | "required" | undefined;
  /** In minor units of `currency`, which it needs. */
  max_price?: number | undefined;
  currency?: string | undefined;
  open_now?: boolean | undefined;
  deliverable?: boolean | undefined;
  sort?: "distance" | "delivery" | "price" | "freshness" | undefined;
  /** Items on one page, 1 to 100; 20 when left out. */
  limit?: number | undefined;
  /** `next_cursor` of the page before; everything else must be as it was then. */
  cursor?: string | undefined;
  /** Adds `excluded` and, when nothing matched, `nearest_outside`. */
  explain?: boolean | undefined;
};

export type NearbyQuery = DeliveryPoint & NearbyFilters;

/** The evidence behind a verification. */
export type Proof = {
  proof_id: string;
  kind: VerificationMethod;
  media_url: string | null;
  sha256: string | null;
  captured_at: string;
  received_at: string;
  distance_from_location_m: number | null;
};

/** When it could be at the door. */
export type Delivery =
  | { available: true; min_minutes: number; max_minutes: number; earliest_at: string; basis: "distance" }
  | { available: false; reason: "out_of_range" | "not_offered" | "closed" };

/** One item at one location. */
export type NearbyItem = {
  item_id: string;
  external_ref: string;
  title: string;
  brand: string | null;
  category: string | null;
  gtin: string | null;
  image_url: string | null;
  buy_url: string | null;
  price: Price;
  stock: { quantity: number; availability: Availability };
  verification: {
    method: VerificationMethod;
    verified_at: string;
    age_s: number;
    expires_at: string;
    freshness: "fresh" | "aging" | "stale";
  };
  proof: Proof | null;
  location: {
    location_id: string;
    name: string;
    partner_id: string;
    partner_name: string;
    lat: number;
    lng: number;
    open_now: boolean;
  };
  distance_m: number;
  delivery: Delivery;
};

/** What is in stock near the point, in the order asked for. */
export type NearbyPage = Page<NearbyItem> & {
  query: { lat: number; lng: number; radius_m: number };
  /** Everything acknowledged before this moment is in the answer. */
  as_of: string;
  /** Only with `explain`: rows within the radius that were left out, by the first reason. */
  excluded?:
    | {
        availability: number;
        quantity: number;
        stale: number;
        no_proof: number;
        price: number;
        closed: number;
        not_deliverable: number;
      }
    | undefined;
  /** Only with `explain`, when nothing matched: what would, up to twice the radius. */
  nearest_outside?: { distance_m: number; count: number } | null | undefined;
};
