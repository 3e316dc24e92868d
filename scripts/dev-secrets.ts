import { createHmac } from "node:crypto";
import { SignJWT } from "jose";
import { formatApiKey } from "../src/auth/api-key.ts";
import type { Role } from "../src/auth/principal.ts";
import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER } from "../src/config.ts";

/** Known to everybody, so that two machines show the same key and tokens; the Worker refuses it in production. */
export const DEV_JWT_SECRET = "snapact-connect-development-secret-known-to-everyone";

/** The demo partner's Connect key, the same each time. */
export function demoApiKey(): string {
  return developmentApiKey("demo api key");
}

/** The Connect key that `npm run serve:built` gives to load generators, the same each time. */
export function loadApiKey(): string {
  return developmentApiKey("load api key");
}

function developmentApiKey(name: string): string {
  return formatApiKey("development", createHmac("sha256", DEV_JWT_SECRET).update(name).digest());
}

/** A development token for `role`, valid for 30 days; `partnerId` is a wire id, which a partner must have. */
export async function mintDevToken(role: Role, partnerId?: string): Promise<string> {
  return await new SignJWT({ role, ...(partnerId === undefined ? {} : { partner_id: partnerId }) })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(`development-${role}`)
    .setIssuer(DEVELOPMENT_ISSUER)
    .setAudience(DEVELOPMENT_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime("30 days")
    .sign(new TextEncoder().encode(DEV_JWT_SECRET));
}
