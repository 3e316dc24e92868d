import { cors } from "hono/cors";
import type { Cors } from "./router.ts";

/** Ten minutes: browsers ask again soon after an origin is taken off the list. */
const PREFLIGHT_MAX_AGE_S = 600;

/** Lets pages of exactly these origins read the answers, problems included, and answers their preflights. */
export function corsFor(origins: readonly string[]): Cors {
  const corsForPages = cors({
    origin: [...origins],
    allowMethods: ["GET", "HEAD"],
    allowHeaders: ["Authorization", "X-SnapAct-API-Key", "X-Request-Id", "Cache-Control"],
    exposeHeaders: ["X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After", "Server-Timing"],
    maxAge: PREFLIGHT_MAX_AGE_S,
  });
  const answerPages: Cors = async (c, answer) => {
    const preflight = await corsForPages(c, async () => {
      c.res = await answer();
    });
    return preflight ?? c.res;
  };
  // Apps on a server send no Origin, and need none of it.
  return (c, answer) => (c.req.raw.headers.has("Origin") ? answerPages(c, answer) : answer());
}
