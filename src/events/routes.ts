import { type AuthDeps, authenticate } from "../auth/authenticate.ts";
import { requireKey } from "../auth/authorize.ts";
import type { BodyBudget } from "../http/body-budget.ts";
import { readBytes } from "../http/json-body.ts";
import { requestQueryReader } from "../http/list-parameters.ts";
import type { RouteHandler } from "../http/router.ts";
import type { EventsContext } from "./context.ts";
import { readEventsRequest } from "./read-events.ts";
import { trackEvents } from "./track-events.ts";

const readNoQuery = requestQueryReader({});

/** What answers at `/connect/v1/events`. */
export function eventsRoutes(deps: EventsContext & { readonly auth: AuthDeps; readonly bodies: BodyBudget }) {
  return {
    post: async (c) => {
      const principal = await authenticate(c.req.raw, deps.auth, deps.now());
      const { partnerId } = requireKey(principal, "events:write");
      readNoQuery(c.req.raw);
      const share = deps.bodies.open();
      try {
        const bytes = await readBytes(c.req.raw, share.add);
        const request = await readEventsRequest(c.req.raw, bytes, `partner:${partnerId}`, deps.now());
        return c.json(await trackEvents(deps, partnerId, request));
      } finally {
        share.close();
      }
    },
  } satisfies Readonly<Record<string, RouteHandler>>;
}
