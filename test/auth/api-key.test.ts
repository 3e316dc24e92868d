import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { demoApiKey } from "../../scripts/dev-secrets.ts";
import { apiKeySha256, formatApiKey, parseApiKey } from "../../src/auth/api-key.ts";

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });
const environments = fc.constantFrom("production" as const, "development" as const);
const RUN = { seed: 20260201, numRuns: 500 };
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function numberOf(base62: string): bigint {
  return [...base62].reduce((number, digit) => number * 62n + BigInt(DIGITS.indexOf(digit)), 0n);
}

describe("Connect keys", () => {
  it("read back, and hold the secret and an ordinary CRC-32 of what comes before it", () => {
    fc.assert(
      fc.property(secrets, environments, (secret, environment) => {
        const key = formatApiKey(environment, secret);
        const prefix = environment === "production" ? "snap_live_" : "snap_test_";
        expect(key).toMatch(new RegExp(`^${prefix}[0-9A-Za-z]{49}$`));
        expect(parseApiKey(key, environment)).toBe(key);
        expect(numberOf(key.slice(10, 53))).toBe(BigInt(`0x${Buffer.from(secret).toString("hex")}`));
        expect(numberOf(key.slice(53))).toBe(BigInt(crc32(key.slice(0, 53))));
      }),
      RUN,
    );
  });

  it("are refused when any one character is another", () => {
    const anyCharacter = fc.oneof(fc.constantFrom(...DIGITS), fc.string({ minLength: 1, maxLength: 1 }));
    fc.assert(
      fc.property(secrets, fc.nat(58), anyCharacter, (secret, at, character) => {
        const key = formatApiKey("production", secret);
        fc.pre(key[at] !== character);
        expect(parseApiKey(key.slice(0, at) + character + key.slice(at + 1), "production")).toBeUndefined();
      }),
      { ...RUN, numRuns: 3000 },
    );
  });

  it("are refused when two neighbours are swapped, a character is lost or one is added", () => {
    fc.assert(
      fc.property(secrets, fc.nat(57), fc.constantFrom(...DIGITS), (secret, at, extra) => {
        const key = formatApiKey("production", secret);
        const swapped = `${key.slice(0, at)}${key[at + 1]}${key[at]}${key.slice(at + 2)}`;
        if (swapped !== key) expect(parseApiKey(swapped, "production")).toBeUndefined();
        expect(parseApiKey(key.slice(0, at) + key.slice(at + 1), "production")).toBeUndefined();
        expect(parseApiKey(key.slice(0, at) + extra + key.slice(at), "production")).toBeUndefined();
        expect(parseApiKey(`${key}\n`, "production")).toBeUndefined();
      }),
      RUN,
    );
  });

  it("of one environment open nothing in the other", () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        expect(parseApiKey(formatApiKey("production", secret), "development")).toBeUndefined();
        expect(parseApiKey(formatApiKey("development", secret), "production")).toBeUndefined();
      }),
      RUN,
    );
  });

  it("pad small numbers with zeros and take the largest", () => {
    expect(formatApiKey("production", new Uint8Array(32))).toContain(`snap_live_${"0".repeat(43)}`);
    expect(formatApiKey("production", new Uint8Array(32).fill(255))).toHaveLength(59);
    expect(() => formatApiKey("production", new Uint8Array(31))).toThrow(RangeError);
  });

  it("are kept as the SHA-256 of the whole key", async () => {
    const key = formatApiKey("production", new Uint8Array(32).fill(7));
    const expected = createHash("sha256").update(key).digest("hex");
    expect(Buffer.from(await apiKeySha256(key)).toString("hex")).toBe(expected);
  });

  it("for the demo are the same each time, and for development only", () => {
    expect(demoApiKey()).toBe(demoApiKey());
    expect(parseApiKey(demoApiKey(), "development")).toBe(demoApiKey());
    expect(parseApiKey(demoApiKey(), "production")).toBeUndefined();
  });
});
