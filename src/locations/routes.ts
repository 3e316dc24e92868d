import { type AuthDeps, authenticate } from "../auth/authenticate.ts";
import { requireKey } from "../auth/authorize.ts";
import { requestQueryReader } from "../http/list-parameters.ts";
import type { RouteHandler } from "../http/router.ts";
import { readWriteRequest } from "../http/write-request.ts";
import type { LocationsContext } from "./context.ts";
import { deleteLocation } from "./delete-location.ts";
import { listLocations } from "./list-locations.ts";
import { readLocationRef } from "./location-ref.ts";
import { LOCATIONS_PARAMETERS } from "./parameters.ts";
import { putLocation } from "./put-location.ts";
import { readLocation } from "./read-location.ts";
import { LocationBodySchema, NoBodySchema } from "./schema.ts";

const readNoQuery = requestQueryReader({});
const readListQuery = requestQueryReader(LOCATIONS_PARAMETERS);

/** What answers at `/connect/v1/locations`, by what it does. */
export function locationsRoutes(deps: LocationsContext & { readonly auth: AuthDeps }) {
  const requirePartnerId = async (request: Request) =>
    requireKey(await authenticate(request, deps.auth, deps.now()), "catalog:write").partnerId;
  /** Which location the request is about. */
  const requireName = async (request: Request) => {
    const partnerId = await requirePartnerId(request);
    readNoQuery(request);
    return { partnerId, locationRef: readLocationRef(request) };
  };

  return {
    list: async (c) => {
      const partnerId = await requirePartnerId(c.req.raw);
      const { cursor, limit } = readListQuery(c.req.raw);
      return c.json(await listLocations(deps, partnerId, { after: cursor, limit }));
    },
    read: async (c) => c.json(await readLocation(deps, await requireName(c.req.raw))),
    put: async (c) => {
      const name = await requireName(c.req.raw);
      const { body, key } = await readWriteRequest(c.req.raw, LocationBodySchema, scopeOf(name.partnerId));
      const { created, location } = await putLocation(deps, name, body, key);
      return c.json(location, created ? 201 : 200);
    },
    remove: async (c) => {
      const name = await requireName(c.req.raw);
      const { key } = await readWriteRequest(c.req.raw, NoBodySchema, scopeOf(name.partnerId), {});
      return c.json(await deleteLocation(deps, name, key));
    },
  } satisfies Readonly<Record<string, RouteHandler>>;
}

/** Whose Idempotency-Keys these are. */
function scopeOf(partnerId: string): string {
  return `partner:${partnerId}`;
}
