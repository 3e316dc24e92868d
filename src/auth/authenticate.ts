import type { Environment } from "../config.ts";
import { Problem } from "../http/problem.ts";
import { apiKeyPrefix, parseApiKey } from "./api-key.ts";
import type { BeforeLookUp, FindKey } from "./api-key-lookup.ts";
import type { VerifyToken } from "./jwt.ts";
import type { Principal } from "./principal.ts";

export type AuthDeps = {
  readonly environment: Environment;
  readonly findKey: FindKey;
  readonly verifyToken: VerifyToken;
};

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;
/** No key or token that we know comes near this; it bounds what a stranger can have us hash. */
const MAX_CREDENTIAL_LENGTH = 8192;

/** Who was found to send a request that is being answered: its limits ask before its route does. */
const found = new WeakMap<Request, Principal>();

/**
 * Who sends `request`, as of `nowMs`. `beforeLookUp` as for `FindKey`.
 * @throws {Problem} 401 when the credentials are missing, malformed, unknown, expired or revoked; 503 when that
 * cannot be found out.
 * @throws {DatabaseUnavailable} when a key cannot be looked up.
 */
export async function authenticate(
  request: Request,
  deps: AuthDeps,
  nowMs: number,
  beforeLookUp?: BeforeLookUp,
): Promise<Principal> {
  const known = found.get(request);
  if (known !== undefined) return known;
  const { text, isKey } = readCredential(request.headers);
  let principal: Principal | undefined = isKey ? deps.findKey.known(text, nowMs) : undefined;
  principal ??= isKey
    ? await authenticateKey(text, deps, nowMs, beforeLookUp)
    : await authenticateToken(text, deps, nowMs);
  found.set(request, principal);
  return principal;
}

/** Who `authenticate` found to send `request`, if it has. */
export function knownPrincipal(request: Request): Principal | undefined {
  return found.get(request);
}

type Credential = { readonly text: string; readonly isKey: boolean };

function readCredential(headers: Headers): Credential {
  const authorization = headers.get("Authorization");
  const keyHeader = headers.get("X-SnapAct-API-Key");
  if (authorization === null && keyHeader === null) {
    throw unauthorized(
      "Send `Authorization: Bearer <Connect key or token>`, or `X-SnapAct-API-Key: <Connect key>`.",
      "Bearer",
    );
  }
  const bearer = authorization === null ? undefined : BEARER.exec(authorization)?.[1];
  if (authorization !== null && (bearer === undefined || bearer.length > MAX_CREDENTIAL_LENGTH)) {
    throw unauthorized("The Authorization header must read `Bearer <Connect key or token>`.");
  }
  if (bearer !== undefined && keyHeader !== null && bearer !== keyHeader) {
    throw unauthorized("Authorization and X-SnapAct-API-Key differ: send only one of them.");
  }
  if (keyHeader !== null) return { text: keyHeader, isKey: true };
  const text = bearer ?? "";
  // A JWT begins with the base64 of `{`, never like this.
  return { text, isKey: text.startsWith("snap_") };
}

async function authenticateKey(
  text: string,
  deps: AuthDeps,
  nowMs: number,
  beforeLookUp: BeforeLookUp | undefined,
): Promise<Principal> {
  const key = parseApiKey(text, deps.environment);
  if (key === undefined) {
    throw unauthorized(
      `This is not a whole Connect key: ${apiKeyPrefix(deps.environment)} followed by 49 letters and digits, exactly as it was shown.`,
    );
  }
  const principal = await deps.findKey(key, nowMs, beforeLookUp);
  if (principal === undefined) {
    throw unauthorized("This Connect key is unknown, expired or revoked.");
  }
  return principal;
}

async function authenticateToken(token: string, deps: AuthDeps, nowMs: number): Promise<Principal> {
  const person = await deps.verifyToken(token, nowMs);
  if (person === undefined) {
    throw unauthorized(
      "The token is not valid here: it must be an unexpired JWT issued for this service, with its claims.",
    );
  }
  return person;
}

/** The challenge names an error only when there were credentials (RFC 6750, section 3.1). */
function unauthorized(detail: string, challenge = 'Bearer error="invalid_token"'): Problem {
  return new Problem("unauthorized", detail, { headers: { "WWW-Authenticate": challenge } });
}
