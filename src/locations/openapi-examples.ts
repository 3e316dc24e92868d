import { type ProblemExample, UNAVAILABLE, WRITE_PROBLEMS } from "../http/openapi-parts.ts";
import { LOCATIONS_PARAMETERS } from "./parameters.ts";
import type { DeletedLocation, Location, LocationBody } from "./schema.ts";

/** What the documentation shows of this capability. */

export const WRITTEN: LocationBody = {
  name: "Mama Put Yaba",
  lat: 6.5095,
  lng: 3.3711,
  address: "12 Herbert Macaulay Way, Yaba, Lagos",
  timezone: "Africa/Lagos",
  opening_hours: [
    { day: "mon", opens: "08:00", closes: "20:00" },
    { day: "sat", opens: "10:00", closes: "02:00" },
  ],
  delivery: { radius_m: 6000, prep_minutes: 12 },
};

export const YABA: Location = {
  location_id: "loc_01k9w2p0t5f8m2r6v9x3z7b1cd",
  location_ref: "yaba-1",
  name: WRITTEN.name,
  lat: WRITTEN.lat,
  lng: WRITTEN.lng,
  timezone: WRITTEN.timezone,
  address: WRITTEN.address ?? null,
  opening_hours: WRITTEN.opening_hours ?? null,
  delivery: { radius_m: 6000, prep_minutes: 12, speed_kmh: 20 },
  created_at: "2026-11-21T09:10:00.482Z",
  updated_at: "2026-11-21T09:10:00.482Z",
};

export const DELETED: DeletedLocation = {
  location_id: YABA.location_id,
  location_ref: YABA.location_ref,
  status: "deleted",
  deleted_items: 312,
};

export const KNOWN: readonly ProblemExample[] = [
  { code: "unauthorized", detail: "The key is not valid here." },
  { code: "forbidden", detail: "This needs a key with the scope catalog:write." },
  UNAVAILABLE,
];
export const BAD_PARAMETER: ProblemExample = {
  code: "invalid_parameter",
  detail: "One parameter is not valid.",
  errors: [
    { parameter: "limit", code: "invalid", detail: `limit must be ${LOCATIONS_PARAMETERS.limit.mustBe}` },
  ],
};
export const BAD_REF: ProblemExample = {
  code: "invalid_parameter",
  detail: "One parameter is not valid.",
  errors: [
    {
      parameter: "location_ref",
      code: "invalid",
      detail: "location_ref must be 1 to 128 characters, percent-encoded as UTF-8, without NUL",
    },
  ],
};
export const NO_SUCH_LOCATION: ProblemExample = {
  code: "not_found",
  detail: "There is no location with this location_ref.",
};
export const WRITES: readonly ProblemExample[] = [
  {
    code: "invalid_body",
    detail: "One thing in the body is not valid.",
    errors: [
      {
        pointer: "/opening_hours/0/opens",
        code: "invalid",
        detail: "opens must be a time of day from 00:00 to 23:59, such as 08:30",
      },
    ],
  },
  ...WRITE_PROBLEMS,
];
