import { knownPrincipal } from "../auth/authenticate.ts";
import type { Principal } from "../auth/principal.ts";
import { coarseCell } from "../geo/coarse-cell.ts";
import type { Point } from "../geo/point.ts";
import { wireId } from "../ids.ts";
import type { ProblemCode } from "./problem.ts";
import type { Log, Watch } from "./router.ts";

/** A request that was answered, without anything that is anyone's own. */
export type AnsweredRequest = {
  readonly requestId: string;
  /** One that HTTP knows, else `OTHER`. */
  readonly method: string;
  /** The pattern that its path fits, such as `/admin/partners/:partner_id/limits`; `(none)` when there is none. */
  readonly route: string;
  readonly status: number;
  /** `key:` or a role with an id; `anonymous` when nobody was found to ask. */
  readonly subject: string;
  /** Between the first and the last of its I/O: in production the clock stands still in between. */
  readonly ms: number;
  readonly path: string | undefined;
  readonly reason: string | undefined;
  readonly code: ProblemCode | undefined;
  /** The limit that refused it. */
  readonly refusedBy: string | undefined;
};

export type RequestLogDeps = {
  /** Undefined: no lines. */
  readonly log: Log | undefined;
  /** Told of every request, after its line is written; must not throw. */
  readonly observe: (request: AnsweredRequest) => void;
  readonly now: () => number;
};

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Writes one line for each request, when it is answered: which route, how, to whom and how long it took. */
export function requestLog({ log, observe, now }: RequestLogDeps): Watch {
  return (c, route) => {
    const startedMs = now();
    return (response) => {
      const { status } = response;
      const { method } = c.req.raw;
      const answeredBy = c.get("answeredBy");
      const request: AnsweredRequest = {
        requestId: c.get("requestId"),
        method: METHODS.has(method) ? method : "OTHER",
        route: route ?? "(none)",
        status,
        subject: subjectOf(knownPrincipal(c.req.raw)),
        ms: Math.max(0, now() - startedMs),
        path: answeredBy?.kind,
        reason: answeredBy?.reason,
        code: c.get("problemCode"),
        refusedBy: status === 429 ? limitOf(response.headers) : undefined,
      };
      log?.(lineOf(request, c.get("deliveryPoint")));
      observe(request);
    };
  };
}

function lineOf(request: AnsweredRequest, deliveryPoint: Point | undefined) {
  return {
    level: "info",
    event: "request",
    request_id: request.requestId,
    method: request.method,
    route: request.route,
    status: request.status,
    subject: request.subject,
    ms: request.ms,
    path: request.path,
    reason: request.reason,
    // Of resolution 7: no more than a neighbourhood.
    cell: deliveryPoint && coarseCell(deliveryPoint),
    code: request.code,
  };
}

/** Principals are remembered for seconds: their names are made once. */
const subjects = new WeakMap<Principal, string>();

function subjectOf(principal: Principal | undefined): string {
  if (principal === undefined) return "anonymous";
  let subject = subjects.get(principal);
  if (subject === undefined) {
    subject =
      principal.kind === "key"
        ? `key:${wireId("key", principal.keyId)}`
        : `${principal.role}:${principal.subject.slice(0, MAX_SUBJECT_LENGTH)}`;
    subjects.set(principal, subject);
  }
  return subject;
}

const MAX_SUBJECT_LENGTH = 128;

/** The name at the beginning of `RateLimit-Policy`. */
function limitOf(headers: Headers): string {
  return /^"([a-z-]+)"/.exec(headers.get("RateLimit-Policy") ?? "")?.[1] ?? "unknown";
}
