import type { Page } from "./stock.ts";

export type OpeningHours = {
  day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
  /** By the location's wall clock, such as `08:30`. */
  opens: string;
  /** When not later than `opens`, that time of the next day. */
  closes: string;
};

/** A location, whole: what is left out is gone. */
export type LocationInput = {
  name: string;
  lat: number;
  lng: number;
  /** IANA, such as `Africa/Lagos`. */
  timezone: string;
  address?: string | null | undefined;
  /** Always open when left out. */
  opening_hours?: readonly OpeningHours[] | null | undefined;
  /** It does not deliver when left out. `speed_kmh` is 20 when left out. */
  delivery?: { radius_m: number; prep_minutes: number; speed_kmh?: number | undefined } | null | undefined;
};

/** A shop or dispatch point. */
export type Location = {
  location_id: string;
  location_ref: string;
  name: string;
  lat: number;
  lng: number;
  timezone: string;
  address: string | null;
  opening_hours: OpeningHours[] | null;
  delivery: { radius_m: number; prep_minutes: number; speed_kmh: number } | null;
  created_at: string;
  updated_at: string;
};

export type LocationPage = Page<Location>;

/** What was deleted, and how many items were listed there. */
export type DeletedLocation = {
  location_id: string;
  location_ref: string;
  status: "deleted";
  deleted_items: number;
};

/** Which page of a list: `limit` is 1 to 100, 20 when left out. */
export type PageQuery = { limit?: number | undefined; cursor?: string | undefined };
