import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { TokenConfig } from "../config.ts";
import { unavailable } from "../http/problem.ts";
import { parseWireId } from "../ids.ts";
import { type PersonPrincipal, ROLES } from "./principal.ts";

/** The person that a token speaks for at `nowMs`, or undefined when it is not valid here, for whatever reason. */
export type VerifyToken = (token: string, nowMs: number) => Promise<PersonPrincipal | undefined>;

/**
 * One list for each way of verifying, never both: otherwise a public key could be passed off as the shared
 * secret of an HS256 token.
 */
const PUBLIC_KEY_ALGORITHMS = ["RS256", "ES256", "EdDSA"];
const SECRET_ALGORITHMS = ["HS256"];
const CLOCK_SKEW_S = 5;
const JWKS_TIMEOUT_MS = 3000;

/** Verifies tokens as `tokens` says. The result throws a 503 problem when the public keys cannot be fetched. */
export function createTokenVerifier(tokens: TokenConfig): VerifyToken {
  const getKey = tokens.kind === "jwks" ? remoteKeys(tokens.jwksUrl) : secretKey(tokens.secret);
  const algorithms = tokens.kind === "jwks" ? PUBLIC_KEY_ALGORITHMS : SECRET_ALGORITHMS;

  return async (token, nowMs) => {
    try {
      const { payload } = await jwtVerify(token, getKey, {
        algorithms,
        issuer: tokens.issuer,
        audience: tokens.audience,
        requiredClaims: ["exp", "sub"],
        clockTolerance: CLOCK_SKEW_S,
        currentDate: new Date(nowMs),
      });
      return toPerson(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}

function secretKey(secret: string): JWTVerifyGetKey {
  const bytes = new TextEncoder().encode(secret);
  return async () => bytes;
}

function remoteKeys(jwksUrl: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: JWKS_TIMEOUT_MS });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (TOKEN_AT_FAULT.some((kind) => error instanceof kind)) throw error;
      throw unavailable("Tokens cannot be verified for the moment. Please try again.", error);
    }
  };
}

/** Failures to find a key that are the token's doing; any other means that the keys could not be had. */
const TOKEN_AT_FAULT = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

function toPerson(payload: JWTPayload): PersonPrincipal | undefined {
  const { sub: subject } = payload;
  const role = ROLES.find((known) => known === payload["role"]);
  const claimedPartner = payload["partner_id"];
  const partnerId = typeof claimedPartner === "string" ? parseWireId("ptr", claimedPartner) : undefined;
  if (typeof subject !== "string" || subject === "" || role === undefined) return undefined;
  if (partnerId === undefined && (claimedPartner !== undefined || role === "partner")) return undefined;
  return { kind: "person", subject, role, partnerId };
}
