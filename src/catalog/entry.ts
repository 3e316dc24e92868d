import type { Point } from "../geo/point.ts";
import type { Availability, VerificationMethod } from "../stock-words.ts";

/** What one entry of a request to `/connect/v1/catalog/items` says: see decision 7. */

export const DETAILS = ["title", "description", "brand", "category", "gtin", "image_url", "buy_url"] as const;
export type DetailName = (typeof DETAILS)[number];

/** A POST names all of them, null for what it leaves out; a PATCH names what it changes. GTINs as GTIN-14. */
export type Details = Readonly<Partial<Record<DetailName, string | null>>>;

/** In minor units of an ISO 4217 currency. */
export type Price = { readonly amount: number; readonly currency: string };

/** Evidence as its sender describes it. */
export type Proof = {
  readonly kind: VerificationMethod;
  readonly media_url: string | null;
  /** 64 hexadecimal digits, lower case. */
  readonly sha256: string | null;
  readonly capturedAtMs: number;
  /** Where it was captured, when that was said. */
  readonly point: Point | null;
};

export type Stock = {
  readonly quantity: number;
  /** Null when it was left out: it is then derived from the quantity. */
  readonly availability: Availability | null;
  readonly verifiedAtMs: number;
  readonly proof: Proof | null;
};

/** The groups that an observation may carry. */
type Observed = {
  readonly details?: Details;
  readonly price?: Price;
  readonly stock?: Stock;
};

export type Entry = {
  /** Its place in the request, from 0. */
  readonly index: number;
  readonly externalRef: string;
  /** Null when it was left out: the partner's only location is meant. */
  readonly locationRef: string | null;
  /** When it was true at its source; the time of receipt when that was left out. */
  readonly observedAtMs: number;
} & (
  | ({ readonly kind: "observe" } & Observed)
  | { readonly kind: "delete" }
  /** `observedAtStated` tells whether `observedAtMs` was sent. */
  | { readonly kind: "adjust"; readonly adjust: number; readonly observedAtStated: boolean }
);

/** What is wrong with something sent: where in the body (a JSON Pointer), a stable code, and what would be right. */
export type EntryError = { readonly pointer: string; readonly code: string; readonly detail: string };

/** An entry that is wrong by itself. */
export type RejectedEntry = {
  readonly index: number;
  /** Null when even that could not be read. */
  readonly externalRef: string | null;
  readonly errors: readonly EntryError[];
};

export type Entries = {
  readonly entries: readonly Entry[];
  readonly rejected: readonly RejectedEntry[];
  /** How many there were. */
  readonly count: number;
};
