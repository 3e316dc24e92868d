import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEV_JWT_SECRET, mintDevToken } from "../../scripts/dev-secrets.ts";
import { createTokenVerifier, type VerifyToken } from "../../src/auth/jwt.ts";
import { ROLES } from "../../src/auth/principal.ts";
import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER } from "../../src/config.ts";
import { wireId } from "../../src/ids.ts";

const ISSUER = "https://id.example/";
const AUDIENCE = "snapact-connect";
const NOW_MS = Date.parse("2026-06-01T12:00:00Z");
const NOW_S = NOW_MS / 1000;
const GOOD = { sub: "ada", role: "buyer", iss: ISSUER, aud: AUDIENCE, iat: NOW_S, exp: NOW_S + 600 };
const ALGORITHMS = ["RS256", "ES256", "EdDSA"];

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("tokens verified by public keys", () => {
  const privateKeys = new Map<string, CryptoKey>();
  const publicKeys = new Map<string, CryptoKey>();
  const published: JWK[] = [];
  let server: Server;
  let jwksUrl: string;
  let verify: VerifyToken;

  beforeAll(async () => {
    for (const alg of ALGORITHMS) {
      const pair = await generateKeyPair(alg, { extractable: true });
      privateKeys.set(alg, pair.privateKey);
      publicKeys.set(alg, pair.publicKey);
      published.push({ ...(await exportJWK(pair.publicKey)), kid: alg, alg, use: "sig" });
    }
    server = createServer((_request, response) => {
      response.setHeader("Content-Type", "application/json").end(JSON.stringify({ keys: published }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    verify = createTokenVerifier({ kind: "jwks", jwksUrl, issuer: ISSUER, audience: AUDIENCE });
  });

  afterAll(() => {
    server.close();
  });

  const sign = (
    claims: Record<string, unknown>,
    header: Partial<JWTHeaderParameters> = {},
    signer = "ES256",
  ) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: signer, kid: signer, ...header })
      .sign(privateKeys.get(signer)!);

  it.each(ALGORITHMS)("are accepted when signed with %s", async (alg) => {
    expect(await verify(await sign(GOOD, {}, alg), NOW_MS)).toEqual({
      kind: "person",
      subject: "ada",
      role: "buyer",
      partnerId: undefined,
    });
  });

  it("speak for the partner that they name, by its wire id", async () => {
    const partnerId = randomUUID();
    const token = await sign({ ...GOOD, role: "partner", partner_id: wireId("ptr", partnerId) });
    expect(await verify(token, NOW_MS)).toMatchObject({ role: "partner", partnerId });
  });

  it.each([
    ["expired", { exp: NOW_S - 6 }],
    ["without expiry", { exp: undefined }],
    ["not yet valid", { nbf: NOW_S + 6 }],
    ["for another audience", { aud: "elsewhere" }],
    ["without an audience", { aud: undefined }],
    ["from another issuer", { iss: "https://evil.example/" }],
    ["without an issuer", { iss: undefined }],
    ["without a subject", { sub: undefined }],
    ["with an empty subject", { sub: "" }],
    ["with a numeric subject", { sub: 7 }],
    ["without a role", { role: undefined }],
    ["with a role unknown here", { role: "admin" }],
    ["with several roles", { role: ["buyer", "operator"] }],
    ["of a partner without a partner_id", { role: "partner" }],
    ["with a partner_id of another kind", { role: "partner", partner_id: wireId("itm", randomUUID()) }],
    ["with a partner_id that is a bare UUID", { role: "partner", partner_id: randomUUID() }],
    ["with a partner_id that is not text", { partner_id: 1 }],
  ])("are refused when %s", async (_why, change) => {
    expect(await verify(await sign({ ...GOOD, ...change }), NOW_MS)).toBeUndefined();
  });

  it("are refused without a signature: the algorithm none", async () => {
    for (const alg of ["none", "None", "NONE", ""]) {
      expect(await verify(`${encode({ alg })}.${encode(GOOD)}.`, NOW_MS)).toBeUndefined();
    }
  });

  it("are refused when a public key is passed off as a shared secret", async () => {
    for (const kid of ALGORITHMS) {
      const pem = new TextEncoder().encode(await exportSPKI(publicKeys.get(kid)!));
      const jwk = new TextEncoder().encode(JSON.stringify(published.find((key) => key.kid === kid)));
      for (const secret of [pem, jwk, new TextEncoder().encode(DEV_JWT_SECRET)]) {
        const token = await new SignJWT(GOOD).setProtectedHeader({ alg: "HS256", kid }).sign(secret);
        expect(await verify(token, NOW_MS)).toBeUndefined();
      }
    }
  });

  it("are refused when signed by a stranger, whatever key they carry or name", async () => {
    const stranger = await generateKeyPair("ES256", { extractable: true });
    const jwk = await exportJWK(stranger.publicKey);
    for (const header of [{ kid: "ES256" }, { kid: "unknown" }, { kid: "ES256", jwk }, { jku: jwksUrl }]) {
      const token = await new SignJWT(GOOD)
        .setProtectedHeader({ alg: "ES256", ...header })
        .sign(stranger.privateKey);
      expect(await verify(token, NOW_MS)).toBeUndefined();
    }
  });

  it("are refused when altered, cut or garbled, and never cause another error", async () => {
    const token = await sign(GOOD);
    const garbled = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.tuple(fc.json(), fc.json(), fc.string()).map(([a, b, c]) => `${encode(a)}.${encode(b)}.${c}`),
      fc.nat(token.length - 1).map((length) => token.slice(0, length)),
      fc.nat(token.length - 7).map((at) => `${token.slice(0, at)}abcdef${token.slice(at + 6)}`),
      fc
        .dictionary(fc.constantFrom("alg", "kid", "crit", "b64", "typ", "zip"), fc.jsonValue())
        .map((header) => `${encode({ alg: "ES256", ...header })}.${encode(GOOD)}.AAAA`),
    );
    await fc.assert(
      fc.asyncProperty(garbled, async (text) => {
        fc.pre(text !== token);
        expect(await verify(text, NOW_MS)).toBeUndefined();
      }),
      { seed: 11, numRuns: 1000 },
    );
  });

  it("cannot be judged while the public keys are out of reach: 503, not a refusal and not a welcome", async () => {
    const broken = createServer((request, response) => {
      if (request.url === "/drops") request.socket.destroy();
      else if (request.url === "/garbage") response.end("<html>");
      else if (request.url === "/empty") response.end("{}");
      else response.writeHead(500).end();
    }).listen(0, "127.0.0.1");
    await once(broken, "listening");
    const { port } = broken.address() as AddressInfo;
    for (const path of ["/drops", "/garbage", "/empty", "/fails"]) {
      const url = `http://127.0.0.1:${port}${path}`;
      const judge = createTokenVerifier({ kind: "jwks", jwksUrl: url, issuer: ISSUER, audience: AUDIENCE });
      await expect(judge(await sign(GOOD), NOW_MS)).rejects.toMatchObject({
        code: "unavailable",
        headers: { "Retry-After": "1" },
      });
    }
    broken.close();
  });
});

describe("development tokens", () => {
  const verify = createTokenVerifier({
    kind: "secret",
    secret: DEV_JWT_SECRET,
    issuer: DEVELOPMENT_ISSUER,
    audience: DEVELOPMENT_AUDIENCE,
  });

  it.each(ROLES)("that the script prints for a %s are accepted", async (role) => {
    const partnerId = randomUUID();
    const token = await mintDevToken(role, role === "partner" ? wireId("ptr", partnerId) : undefined);
    expect(await verify(token, Date.now())).toEqual({
      kind: "person",
      subject: `development-${role}`,
      role,
      partnerId: role === "partner" ? partnerId : undefined,
    });
  });

  it("are refused with another secret, another HMAC or a public key's signature", async () => {
    const claims = { ...GOOD, iss: DEVELOPMENT_ISSUER, aud: DEVELOPMENT_AUDIENCE };
    const { privateKey } = await generateKeyPair("ES256");
    const secret = new TextEncoder().encode(DEV_JWT_SECRET);
    const signed = (alg: string, key: CryptoKey | Uint8Array) =>
      new SignJWT(claims).setProtectedHeader({ alg }).sign(key);
    expect(await verify(await signed("HS256", secret), NOW_MS)).toBeDefined();
    expect(await verify(await signed("HS512", secret), NOW_MS)).toBeUndefined();
    expect(await verify(await signed("HS256", secret.slice(1)), NOW_MS)).toBeUndefined();
    expect(await verify(await signed("ES256", privateKey), NOW_MS)).toBeUndefined();
    expect(await verify(`${encode({ alg: "none" })}.${encode(claims)}.`, NOW_MS)).toBeUndefined();
  });
});
