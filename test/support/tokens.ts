import { SignJWT } from "jose";
import { inject } from "vitest";
import type { Role } from "../../src/auth/principal.ts";
import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER } from "../../src/config.ts";
import { wireId } from "../../src/ids.ts";
import "./context.ts";

/** A token that the Worker under test accepts; `partnerId` is a UUID. */
export async function personToken(role: Role, partnerId?: string): Promise<string> {
  const secret = new TextEncoder().encode(inject("workerVariables")["DEV_JWT_SECRET"]);
  return await new SignJWT({
    role,
    ...(partnerId === undefined ? {} : { partner_id: wireId("ptr", partnerId) }),
  })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(`test-${role}`)
    .setIssuer(DEVELOPMENT_ISSUER)
    .setAudience(DEVELOPMENT_AUDIENCE)
    .setExpirationTime("1 hour")
    .sign(secret);
}
