import { Problem } from "../http/problem.ts";
import type { KeyPrincipal, PersonPrincipal, Principal, Role, Scope } from "./principal.ts";

/** Whether `principal` may ask what is near: a key with `inventory:read`, or a buyer. */
export function mayReadNearby(principal: Principal): boolean {
  return principal.kind === "key" ? principal.scopes.includes("inventory:read") : principal.role === "buyer";
}

/** @throws {Problem} 403, naming what is needed, unless `principal` may ask what is near. */
export function requireNearbyAccess(principal: Principal): void {
  if (mayReadNearby(principal)) return;
  throw new Problem(
    "forbidden",
    principal.kind === "key"
      ? "This needs a key with the scope inventory:read."
      : "This needs a token with the role buyer, or a key with the scope inventory:read.",
    { headers: { "WWW-Authenticate": 'Bearer error="insufficient_scope", scope="inventory:read"' } },
  );
}

/**
 * The person, when `principal` is one in this role.
 * @throws {Problem} 403 that names the role.
 */
export function requireRole(principal: Principal, role: Role): PersonPrincipal {
  if (principal.kind === "person" && principal.role === role) return principal;
  throw new Problem("forbidden", `This needs a token with the role ${role}.`, {
    headers: { "WWW-Authenticate": 'Bearer error="insufficient_scope"' },
  });
}

/**
 * The partner (a UUID) for whom `principal` speaks, and who that is.
 * @throws {Problem} 403 unless it is a token with the role partner.
 */
export function requirePartner(principal: Principal): {
  readonly partnerId: string;
  readonly subject: string;
} {
  const { partnerId, subject } = requireRole(principal, "partner");
  // `VerifyToken` lets no partner through without one.
  if (partnerId === undefined) throw new Error("a partner's token without a partner");
  return { partnerId, subject };
}

/**
 * The Connect key, when `principal` is one with this scope.
 * @throws {Problem} 403 that names the scope.
 */
export function requireKey(principal: Principal, scope: Scope): KeyPrincipal {
  if (principal.kind === "key" && principal.scopes.includes(scope)) return principal;
  throw new Problem("forbidden", `This needs a key with the scope ${scope}.`, {
    headers: { "WWW-Authenticate": `Bearer error="insufficient_scope", scope="${scope}"` },
  });
}
