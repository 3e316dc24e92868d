import { requireKey } from "../../auth/authorize.ts";
import type { Principal } from "../../auth/principal.ts";
import { invalidParameters, Problem } from "../../http/problem.ts";

/**
 * Whose metrics (a UUID) `principal` asks for: its own partner's, or the one that an operator names.
 * @throws {Problem} 403 unless it is a key with `metrics:read`, a partner or an operator, or when it names another's; 400
 * when an operator names none.
 */
export function metricsPartner(principal: Principal, asked: string | undefined): string {
  const own = ownPartner(principal);
  if (own === undefined) {
    if (asked !== undefined) return asked;
    throw invalidParameters([
      {
        parameter: "partner_id",
        code: "missing",
        detail: "partner_id is needed with an operator's token: it says whose metrics",
      },
    ]);
  }
  if (asked === undefined || asked === own) return own;
  throw new Problem("forbidden", "These credentials are another partner's. Leave partner_id out.");
}

/** Undefined: an operator, who has none. */
function ownPartner(principal: Principal): string | undefined {
  if (principal.kind === "key") return requireKey(principal, "metrics:read").partnerId;
  if (principal.role === "operator") return undefined;
  if (principal.role === "partner" && principal.partnerId !== undefined) return principal.partnerId;
  throw new Problem(
    "forbidden",
    "This needs a key with the scope metrics:read, or a token with the role partner or operator.",
    { headers: { "WWW-Authenticate": 'Bearer error="insufficient_scope", scope="metrics:read"' } },
  );
}
