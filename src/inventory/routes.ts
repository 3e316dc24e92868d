import { type AuthDeps, authenticate } from "../auth/authenticate.ts";
import { requireNearbyAccess } from "../auth/authorize.ts";
import { invalidParameters } from "../http/problem.ts";
import type { RouteHandler } from "../http/router.ts";
import { findNearby, type NearbyContext } from "./find-nearby.ts";
import { parseNearby } from "./parse-nearby.ts";

/** `GET /inventory/nearby`, for keys with `inventory:read` and for buyers. */
export function nearbyRoute(deps: NearbyContext & { readonly auth: AuthDeps }): RouteHandler {
  return async (c) => {
    requireNearbyAccess(await authenticate(c.req.raw, deps.auth, deps.now()));
    const parsed = parseNearby(new URL(c.req.url).search);
    if (!parsed.ok) throw invalidParameters(parsed.errors);
    const result = await findNearby(deps, parsed.query);
    if (!result.ok) {
      throw invalidParameters([
        {
          parameter: "cursor",
          code: "foreign",
          detail:
            "cursor must be the next_cursor of an answer of the last 24 hours to this very query: repeat all its other parameters as they were",
        },
      ]);
    }
    return c.json(result.answer);
  };
}
