import type { Context } from "hono";
import { type AuthDeps, authenticate } from "../auth/authenticate.ts";
import type { LimitOverrides, Principal } from "../auth/principal.ts";
import { BlindAllowance } from "../limits/blind-allowance.ts";
import { limitedAddress } from "../limits/limited-address.ts";
import type { RequestLimiter } from "../limits/limiter.ts";
import type { FindOverrides } from "../limits/override-lookup.ts";
import {
  FAILED_AUTHENTICATION,
  isRead,
  type Policy,
  policyFor,
  type RouteClass,
} from "../limits/policies.ts";
import { LimitedRequest, type TakenPermit } from "./limited-request.ts";
import { Problem } from "./problem.ts";
import type { AppEnv, Handlers, Log, RouteHandler } from "./router.ts";

export type LimitsDeps = {
  /** Undefined: no limits. */
  readonly limiter: RequestLimiter | undefined;
  readonly auth: AuthDeps;
  readonly findOverrides: FindOverrides;
  readonly log: Log;
  readonly now: () => number;
};

/** Puts the handlers of a path under the limits of a class of routes. */
export type Limited = (routeClass: RouteClass, handlers: Handlers) => Handlers;

/**
 * What limits routes. A request takes a permit of its caller (or address) before its route answers; who it is is found
 * out first. Requests without valid credentials take one of their address: reserved before the database is asked for a
 * key, and given back when the key is good.
 */
export function createLimits({ limiter, auth, findOverrides, log, now }: LimitsDeps): Limited {
  if (limiter === undefined) return (_routeClass, handlers) => handlers;
  const deps = { limiter, allowance: new BlindAllowance(), log, now };

  const identify = async (c: Context<AppEnv>, request: LimitedRequest): Promise<Principal> => {
    let reserved: TakenPermit | undefined;
    const reserve = async (): Promise<TakenPermit> => {
      reserved ??= await request.take(FAILED_AUTHENTICATION, addressOf(c.req.raw));
      return reserved;
    };
    try {
      return await authenticate(c.req.raw, auth, now(), async () => (await reserve()).giveBack);
    } catch (error) {
      if (error instanceof Problem && error.code === "unauthorized") {
        c.set("limitHeaders", (await reserve()).headers);
      }
      throw error;
    }
  };

  const overridesOf = (principal: Principal): LimitOverrides | Promise<LimitOverrides> => {
    if (principal.kind === "key") return principal.limits;
    return principal.partnerId === undefined ? {} : findOverrides(principal.partnerId, now());
  };

  const takePermit = async (c: Context<AppEnv>, policy: Policy, method: string): Promise<TakenPermit> => {
    const request = new LimitedRequest(deps, method);
    if (policy.per === "address") return await request.take(policy, addressOf(c.req.raw));
    const principal = await identify(c, request);
    const overrides = policy.perPartner ? await overridesOf(principal) : {};
    return await request.take(policy, subjectOf(principal), overrides[policy.name] ?? policy.limit);
  };

  const limited = (routeClass: RouteClass, method: string, handler: RouteHandler): RouteHandler => {
    const policy = policyFor(routeClass, isRead(method) ? "reads" : "writes");
    return async (c) => {
      c.set("limitHeaders", (await takePermit(c, policy, method)).headers);
      return await handler(c);
    };
  };

  return (routeClass, handlers) =>
    Object.fromEntries(
      Object.entries(handlers).map(([method, handler]) => [method, limited(routeClass, method, handler)]),
    );
}

function subjectOf(principal: Principal): string {
  return principal.kind === "key" ? `key:${principal.keyId}` : `${principal.role}:${principal.subject}`;
}

/** Where the request comes from, as Cloudflare says: it lets nobody else set these headers. */
function addressOf({ headers }: Request): string {
  return limitedAddress(headers.get("CF-Connecting-IP") ?? undefined, headers.get("CF-Worker") ?? undefined);
}
