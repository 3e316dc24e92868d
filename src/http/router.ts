import { type Context, type Handler, Hono, type MiddlewareHandler } from "hono";
import { DatabaseUnavailable, databaseFailure, loggableError } from "../db/errors.ts";
import { Problem, problemResponse, unavailable } from "./problem.ts";
import type { RequestNotes } from "./request-notes.ts";
import { ReusedHeaders } from "./reused-headers.ts";

export type AppEnv = {
  Variables: RequestNotes & {
    requestId: string;
    /** Whether the answer was made with them. */
    hasCommonHeaders: boolean | undefined;
    /** How the limit stands that the request was counted under; undefined when it was under none. */
    limitHeaders: Readonly<Record<string, string>> | undefined;
  };
};
export type Router = Hono<AppEnv>;
export type RouteHandler = Handler<AppEnv>;

/** Takes one line of the log: flat, JSON-ready, free of secrets. */
export type Log = (entry: Readonly<Record<string, unknown>>) => void;

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What answers at a path, by method. */
export type Handlers = Readonly<Partial<Record<Method, RouteHandler>>>;

/** Long enough to be telling, short and plain enough to be logged and echoed as it is, and none of our secrets. */
const SAFE_REQUEST_ID = /^(?!snap_|whsec_)[A-Za-z0-9_-]{8,128}$/;

/**
 * A router whose every answer has a request id and the common headers, and whose every failure is a problem. `first`
 * goes before everything else.
 */
export function createRouter(log: Log, first: readonly MiddlewareHandler<AppEnv>[] = []): Router {
  const router: Router = new Hono<AppEnv>();
  router.use(...first, requestContext);
  router.notFound((c) => {
    const problem = new Problem("not_found", "No resource has this path.");
    c.set("problemCode", problem.code);
    return problemResponse(problem, c.get("requestId"));
  });
  router.onError((error, c) => {
    const requestId = c.get("requestId");
    const problem = toProblem(error);
    c.set("problemCode", problem.code);
    if (problem.status >= 500) {
      log({
        level: "error",
        request_id: requestId,
        code: problem.code,
        ...loggableError(problem.cause ?? problem),
      });
    }
    return problemResponse(problem, requestId);
  });
  return router;
}

/** Mounts all that `path` can do; any other method is answered 405, naming these. GET answers HEAD too. */
export function mount(router: Router, path: string, handlers: Handlers): void {
  for (const [method, handler] of Object.entries(handlers)) router.on(method, path, handler);
  const allow = Object.keys(handlers)
    .flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]))
    .join(", ");
  router.all(path, () => {
    throw new Problem("method_not_allowed", `This path knows ${allow}.`, { headers: { Allow: allow } });
  });
}

const requestContext: MiddlewareHandler<AppEnv> = async (c, next) => {
  const given = c.req.raw.headers.get("X-Request-Id");
  c.set("requestId", given !== null && SAFE_REQUEST_ID.test(given) ? given : crypto.randomUUID());
  await next();
  if (c.get("hasCommonHeaders")) return;
  // Not through `c.header`, which makes a new Response for each.
  const { headers } = c.res;
  const isDeclared = headers.has("Cache-Control");
  for (const [name, value] of Object.entries(commonHeaders(c))) {
    if (name !== "Cache-Control" || !isDeclared) headers.set(name, value);
  }
};

/** A Response of a route in a hurry: with all its headers at once, because to add them takes as long as finding what is near. */
export function answerAtOnce(
  c: Context<AppEnv>,
  body: string,
  headers: Readonly<Record<string, string>>,
): Response {
  c.set("hasCommonHeaders", true);
  return new Response(body, { headers: reused.holding(Object.assign(commonHeaders(c), headers)) });
}

const reused = new ReusedHeaders();

/** What every answer has. */
function commonHeaders(c: Context<AppEnv>): Record<string, string> {
  const headers = {
    "X-Request-Id": c.get("requestId"),
    "X-Content-Type-Options": "nosniff",
    // What a route does not declare cacheable may be someone's own answer.
    "Cache-Control": "no-store",
  };
  return Object.assign(headers, c.get("limitHeaders"));
}

function toProblem(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (databaseFailure(error) instanceof DatabaseUnavailable) {
    return unavailable("The database did not answer in time. Please try again.", error);
  }
  return new Problem(
    "internal_error",
    "The request could not be answered. Quote `instance` when you ask us.",
    {
      cause: error,
    },
  );
}
