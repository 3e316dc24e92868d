import { type Context, Hono } from "hono";
import { DatabaseUnavailable, databaseFailure, loggableError } from "../db/errors.ts";
import { Problem, problemResponse, unavailable } from "./problem.ts";
import { createRequestIds } from "./request-ids.ts";
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
export type RouteHandler = (c: Context<AppEnv>) => Response | Promise<Response>;

/** Takes one line of the log: flat, JSON-ready, free of secrets. */
export type Log = (entry: Readonly<Record<string, unknown>>) => void;

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What answers at a path, by method. */
export type Handlers = Readonly<Partial<Record<Method, RouteHandler>>>;

/** Called when a request comes, with the pattern that its path fits; what it returns is called with the answer as it leaves. */
export type Watch = (c: Context<AppEnv>, route: string | undefined) => (response: Response) => void;

/** Makes an answer readable for pages of other origins, or gives another in its place. */
export type Cors = (c: Context<AppEnv>, answer: () => Promise<Response>) => Promise<Response>;

export type Router = Pick<Hono<AppEnv>, "fetch" | "request"> & {
  /** All that is mounted. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** Mounts all that `path` can do; any other method is answered 405, naming these. GET answers HEAD too. */
  readonly mount: (path: string, handlers: Handlers, cors?: Cors) => void;
};

/** Long enough to be telling, short and plain enough to be logged and echoed as it is, and none of our secrets. */
const SAFE_REQUEST_ID = /^(?!snap_|whsec_)[A-Za-z0-9_-]{8,128}$/;

/** A router whose every answer has a request id and the common headers, and whose every failure is a problem. */
export function createRouter(log: Log, watch: Watch = () => () => undefined): Router {
  const hono = new Hono<AppEnv>();

  const answer = async (c: Context<AppEnv>, handler: RouteHandler): Promise<Response> => {
    try {
      return await handler(c);
    } catch (error) {
      return problemAnswer(c, toProblem(error), log);
    }
  };

  const answering =
    (route: string | undefined, handler: RouteHandler, cors: Cors | undefined): RouteHandler =>
    async (c) => {
      const leaves = watch(c, route);
      c.set("requestId", requestIdOf(c.req.raw.headers));
      const response =
        cors === undefined ? await answer(c, handler) : await cors(c, () => answer(c, handler));
      if (!c.get("hasCommonHeaders")) addCommonHeaders(c, response.headers);
      leaves(response);
      return response;
    };

  // What fails beside the handlers is ours alone, and is told in the same words.
  hono.onError((error, c) => {
    const response = problemAnswer(c, toProblem(error), log);
    addCommonHeaders(c, response.headers);
    return response;
  });
  hono.notFound(
    answering(
      undefined,
      () => {
        throw new Problem("not_found", "No resource has this path.");
      },
      undefined,
    ),
  );
  const routes: { method: string; path: string }[] = [];
  return {
    routes,
    fetch: hono.fetch,
    request: hono.request,
    mount: (path, handlers, cors) => {
      // One handler for a path: Hono calls several by way of promises, which take as long as finding what is near.
      hono.all(path, answering(path, byMethod(handlers), cors));
      routes.push(...Object.keys(handlers).map((method) => ({ method, path })));
    },
  };
}

function byMethod(handlers: Handlers): RouteHandler {
  const known = new Map(Object.entries(handlers));
  const { GET } = handlers;
  if (GET !== undefined) known.set("HEAD", GET);
  const allow = NAMED_IN_ORDER.filter((method) => known.has(method)).join(", ");
  return (c) => {
    const handler = known.get(c.req.method);
    if (handler !== undefined) return handler(c);
    throw new Problem("method_not_allowed", `This path knows ${allow}.`, { headers: { Allow: allow } });
  };
}

const NAMED_IN_ORDER = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

function requestIdOf(headers: Headers): string {
  const given = headers.get("X-Request-Id");
  return given !== null && SAFE_REQUEST_ID.test(given) ? given : newRequestId();
}

const newRequestId = createRequestIds();

function problemAnswer(c: Context<AppEnv>, problem: Problem, log: Log): Response {
  const requestId = c.get("requestId");
  c.set("problemCode", problem.code);
  if (problem.status >= 500) {
    const cause = loggableError(problem.cause ?? problem);
    log({ level: "error", request_id: requestId, code: problem.code, ...cause });
  }
  return problemResponse(problem, requestId);
}

function addCommonHeaders(c: Context<AppEnv>, headers: Headers): void {
  const isDeclared = headers.has("Cache-Control");
  for (const [name, value] of Object.entries(commonHeaders(c))) {
    if (name !== "Cache-Control" || !isDeclared) headers.set(name, value);
  }
}

/** A Response of a route in a hurry: with all its headers at once, because to add them takes as long as finding what is near. */
export function answerAtOnce(
  c: Context<AppEnv>,
  body: string,
  headers: Readonly<Record<string, string>>,
): Response {
  const response = new Response(body, { headers: reused.holding(Object.assign(commonHeaders(c), headers)) });
  c.set("hasCommonHeaders", true);
  return response;
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

function toProblem(error: unknown): Problem {
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
