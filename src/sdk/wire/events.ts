import type { BodyError } from "./problem.ts";
import type { Price } from "./stock.ts";

/**
 * Who did it: SHA-256 hashes of normalised values (see `/docs`) only, each 64 hexadecimal digits, which are kept in lower
 * case. At most 20, named as you like (`^[a-z][a-z0-9_]{0,63}$`, nothing personal), such as `em`, or as suggested here.
 */
export type HashedUser = {
  /** Of the address in lower case, without spaces around it. */
  email_sha256?: string | null | undefined;
  /** Of the digits alone, with the country code. */
  phone_sha256?: string | null | undefined;
  external_id_sha256?: string | null | undefined;
  first_name_sha256?: string | null | undefined;
  last_name_sha256?: string | null | undefined;
  /** Of YYYYMMDD. */
  date_of_birth_sha256?: string | null | undefined;
  gender_sha256?: string | null | undefined;
  city_sha256?: string | null | undefined;
  state_sha256?: string | null | undefined;
  postal_code_sha256?: string | null | undefined;
  country_sha256?: string | null | undefined;
  [name: string]: string | null | undefined;
};

/** Something that happened in your shop. */
export type CommerceEvent = {
  /** Your own, 1 to 128 characters: the same id is counted once. */
  event_id: string;
  type: `commerce.${string}`;
  /** RFC 3339. */
  occurred_at: string;
  /** Which item it is about. */
  external_ref?: string | null | undefined;
  value?: Price | null | undefined;
  user_data?: HashedUser | null | undefined;
};

export type EventStatus = "accepted" | "duplicate" | "rejected";

/** What became of one event. */
export type EventResult = {
  /** The event's place in what you passed, from 0. */
  index: number;
  event_id: string | null;
  status: EventStatus;
  errors?: BodyError[] | undefined;
};

/** What became of each event, in their order, and how many have each status. */
export type EventReport = { results: EventResult[]; summary: Record<EventStatus, number> };
