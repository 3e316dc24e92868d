import { type AuthDeps, authenticate, knownPrincipal } from "../auth/authenticate.ts";
import { requireNearbyAccess } from "../auth/authorize.ts";
import { acceptedAgeS } from "../http/cache-control.ts";
import { invalidParameters } from "../http/problem.ts";
import { answerAtOnce, type RouteHandler } from "../http/router.ts";
import { findNearby, type NearbyContext } from "./find-nearby.ts";
import { parseNearby } from "./parse-nearby.ts";
import { serverTiming } from "./server-timing.ts";

/** `GET /inventory/nearby`, for keys with `inventory:read` and for buyers. */
export function nearbyRoute(deps: NearbyContext & { readonly auth: AuthDeps }): RouteHandler {
  return async (c) => {
    const request = c.req.raw;
    requireNearbyAccess(knownPrincipal(request) ?? (await authenticate(request, deps.auth, deps.now())));
    const parsed = parseNearby(rawQueryOf(request.url));
    if (!parsed.ok) throw invalidParameters(parsed.errors);
    c.set("deliveryPoint", parsed.query.point);
    const maxAgeMs = 1000 * acceptedAgeS(request.headers.get("Cache-Control"));
    const result = await findNearby(deps, parsed.query, maxAgeMs);
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
    c.set("answeredBy", result.path);
    return answerAtOnce(c, result.json, {
      "Content-Type": "application/json",
      "Server-Timing": serverTiming(result.path),
    });
  };
}

/** Cut out by hand, because `URL` takes longer than reading all parameters. */
function rawQueryOf(url: string): string {
  const start = url.indexOf("?");
  if (start === -1) return "";
  const end = url.indexOf("#", start);
  return end === -1 ? url.slice(start) : url.slice(start, end);
}
