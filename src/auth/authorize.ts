import { Problem } from "../http/problem.ts";
import type { Principal } from "./principal.ts";

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
