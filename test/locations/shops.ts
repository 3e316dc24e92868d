import type { Location } from "../../src/locations/schema.ts";
import { ask } from "../partners/ask-partners.ts";
import { makeApiKey, makePartner } from "../support/factories.ts";

export const LOCATIONS = "/connect/v1/locations";

/** A shop that is never closed and does not deliver. */
export const SHOP = { name: "Yaba", lat: 6.5095, lng: 3.3711, timezone: "Africa/Lagos" };

/** The path of a location. */
export const at = (ref: string) => `${LOCATIONS}/${encodeURIComponent(ref)}`;

/** A partner that may write its catalog. */
export async function makeTenant() {
  const partner = await makePartner();
  const { key } = await makeApiKey(partner, ["catalog:write"]);
  return {
    partner,
    key,
    put: (ref: string, body: unknown = SHOP, headers: Record<string, string> = {}) =>
      ask<Location>("PUT", at(ref), { token: key, body, headers }),
    get: (ref: string) => ask<Location>("GET", at(ref), { token: key }),
    remove: (ref: string, headers: Record<string, string> = {}) =>
      ask("DELETE", at(ref), { token: key, headers }),
  };
}
