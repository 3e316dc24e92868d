import type { Environment } from "../config.ts";

/**
 * A Connect key is `<prefix><secret><checksum>`: `snap_live_` (`snap_test_` in development), 32 random bytes as
 * 43 base62 digits, and the CRC-32 of all that comes before it as 6 base62 digits. Both numbers are big-endian,
 * padded on the left with `0`. The checksum tells a mistyped or invented key from a real one without a look-up.
 */
const PREFIXES: Readonly<Record<Environment, string>> = {
  production: "snap_live_",
  development: "snap_test_",
};
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SECRET_BYTES = 32;
/** The fewest base62 digits that hold 32 bytes. */
const SECRET_DIGITS = 43;
/** The fewest base62 digits that hold 32 bits. */
const CHECKSUM_DIGITS = 6;

const SHAPES: Readonly<Record<Environment, RegExp>> = {
  production: keyShape(PREFIXES.production),
  development: keyShape(PREFIXES.development),
};

function keyShape(prefix: string): RegExp {
  return new RegExp(`^${prefix}[0-9A-Za-z]{${SECRET_DIGITS + CHECKSUM_DIGITS}}$`);
}

const SHOWN_DIGITS = 4;

/** The key's first characters: enough for its owner to recognise it and for nobody to use it. */
export function apiKeyBeginning(key: string): string {
  return key.slice(0, key.lastIndexOf("_") + 1 + SHOWN_DIGITS);
}

/** A new key, from the runtime's cryptographic source. */
export function newApiKey(environment: Environment): string {
  return formatApiKey(environment, crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}

/** What every key of this environment begins with. */
export function apiKeyPrefix(environment: Environment): string {
  return PREFIXES[environment];
}

/** The key whose secret is `randomBytes`, which must be 32 bytes from a cryptographic source. */
export function formatApiKey(environment: Environment, randomBytes: Uint8Array): string {
  if (randomBytes.length !== SECRET_BYTES) throw new RangeError(`a key has ${SECRET_BYTES} random bytes`);
  let secret = randomBytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
  let digits = "";
  for (; digits.length < SECRET_DIGITS; secret /= 62n) digits = BASE62.charAt(Number(secret % 62n)) + digits;
  const head = PREFIXES[environment] + digits;
  return head + checksum(head);
}

/** `text` when it has the shape and checksum of a key of this environment, else undefined. */
export function parseApiKey(text: string, environment: Environment): string | undefined {
  if (!SHAPES[environment].test(text)) return undefined;
  const head = text.slice(0, -CHECKSUM_DIGITS);
  return text === head + checksum(head) ? text : undefined;
}

/** The SHA-256 of the whole key, 32 bytes: all that is ever kept of it. */
export async function apiKeySha256(key: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
}

function checksum(head: string): string {
  let rest = crc32(head);
  let digits = "";
  for (; digits.length < CHECKSUM_DIGITS; rest = Math.floor(rest / 62))
    digits = BASE62.charAt(rest % 62) + digits;
  return digits;
}

/** What each byte does to the rest of the division. */
const CRC_OF_BYTE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

/** CRC-32 as in IEEE 802.3 (reflected polynomial 0xEDB88320) of ASCII text, 0 to 2^32 - 1. */
function crc32(ascii: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < ascii.length; i++) {
    crc = (crc >>> 8) ^ (CRC_OF_BYTE[(crc ^ ascii.charCodeAt(i)) & 0xff] ?? 0);
  }
  return ~crc >>> 0;
}
