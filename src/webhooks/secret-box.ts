import { bytesOfBase64 } from "../base64.ts";
import { hex } from "../hex.ts";

/**
 * Keeps the signing secrets of endpoints, encrypted. What it seals is hexadecimal, and can be opened only for the endpoint
 * (a UUID) for which it was sealed.
 */
export type SecretBox = {
  readonly seal: (secret: string, endpointId: string) => Promise<string>;
  /** @throws when it was sealed for another endpoint, with another key, or is not whole. */
  readonly open: (sealed: string, endpointId: string) => Promise<string>;
};

/** Of sealed secrets, so that another cipher or key can follow. */
const VERSION = 1;
const VERSION_BYTES = 1;
const NONCE_BYTES = 12;

/** A box whose key are the 32 bytes of `encryptionKey`, in base64. Sealed: version, nonce, AES-256-GCM with its tag. */
export function createSecretBox(encryptionKey: string): SecretBox {
  const keyBytes = bytesOfBase64(encryptionKey);
  // Imported each time: it takes microseconds, and a promise must not be shared between requests.
  const importKey = (use: "encrypt" | "decrypt") =>
    crypto.subtle.importKey("raw", keyBytes, "AES-GCM", false, [use]);
  return {
    seal: async (secret, endpointId) => {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const encrypted = await crypto.subtle.encrypt(
        cipher(nonce, endpointId),
        await importKey("encrypt"),
        new TextEncoder().encode(secret),
      );
      return hex(new Uint8Array([VERSION, ...nonce, ...new Uint8Array(encrypted)]));
    },
    open: async (sealed, endpointId) => {
      const bytes = bytesOfHex(sealed);
      if (bytes[0] !== VERSION) throw new Error("a sealed secret is not of a version that is known");
      const nonce = bytes.slice(VERSION_BYTES, VERSION_BYTES + NONCE_BYTES);
      const encrypted = bytes.slice(VERSION_BYTES + NONCE_BYTES);
      const secret = await crypto.subtle.decrypt(
        cipher(nonce, endpointId),
        await importKey("decrypt"),
        encrypted,
      );
      return new TextDecoder().decode(secret);
    },
  };
}

function cipher(nonce: Uint8Array<ArrayBuffer>, endpointId: string) {
  const additionalData = new TextEncoder().encode(endpointId);
  return { name: "AES-GCM", iv: nonce, additionalData, tagLength: 128 };
}

function bytesOfHex(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
