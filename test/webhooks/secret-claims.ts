import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSecretBox } from "../../src/webhooks/secret-box.ts";
import { newWebhookSecret } from "../../src/webhooks/webhook-secret.ts";

const SEED = 20_261_122;
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const encryptionKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(base64);
const secret = fc.oneof(
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.constant(null).map(newWebhookSecret),
);

/** What sealed secrets are held to, in whichever runtime, with its own WebCrypto, this runs. */
export function describeSecrets(): void {
  describe("a webhook's secret", () => {
    it("is whsec_ and 24 random bytes in base64, another each time", () => {
      const secrets = Array.from({ length: 1000 }, newWebhookSecret);
      expect(new Set(secrets).size).toBe(1000);
      for (const text of secrets) {
        expect(text).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
        expect(atob(text.slice("whsec_".length))).toHaveLength(24);
      }
    });
  });

  describe("a sealed secret", () => {
    it("is opened for its endpoint, whatever it is", async () => {
      await fc.assert(
        fc.asyncProperty(encryptionKey, secret, fc.uuid(), async (key, text, endpointId) => {
          const sealed = await createSecretBox(key).seal(text, endpointId);
          expect(await createSecretBox(key).open(sealed, endpointId)).toBe(text);
        }),
        { seed: SEED, numRuns: 200 },
      );
    });

    it("is hexadecimal: a version, a nonce of its own, as many bytes as the secret, and a tag", async () => {
      await fc.assert(
        fc.asyncProperty(encryptionKey, secret, fc.uuid(), async (key, text, endpointId) => {
          const box = createSecretBox(key);
          const [sealed, again] = [await box.seal(text, endpointId), await box.seal(text, endpointId)];
          expect(sealed).toMatch(/^01([0-9a-f]{2})+$/);
          expect(sealed.length / 2).toBe(1 + 12 + new TextEncoder().encode(text).length + 16);
          expect(sealed.slice(2, 26)).not.toBe(again.slice(2, 26));
          expect(sealed.slice(26)).not.toBe(again.slice(26));
        }),
        { seed: SEED, numRuns: 100 },
      );
    });

    it("is opened for no other endpoint, and with no other key", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(encryptionKey, { minLength: 2, maxLength: 2 }),
          fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 2 }),
          secret,
          async ([key = "", otherKey = ""], [endpointId = "", otherId = ""], text) => {
            const sealed = await createSecretBox(key).seal(text, endpointId);
            await expect(createSecretBox(key).open(sealed, otherId)).rejects.toThrow();
            await expect(createSecretBox(otherKey).open(sealed, endpointId)).rejects.toThrow();
          },
        ),
        { seed: SEED, numRuns: 100 },
      );
    });

    it("is not opened when any of it is another, or missing", async () => {
      await fc.assert(
        fc.asyncProperty(
          encryptionKey,
          secret,
          fc.uuid(),
          fc.nat(),
          fc.nat(14),
          async (key, text, id, where, by) => {
            const box = createSecretBox(key);
            const sealed = await box.seal(text, id);
            const at = where % sealed.length;
            const digit = ((Number.parseInt(sealed.charAt(at), 16) + 1 + by) % 16).toString(16);
            await expect(box.open(sealed.slice(0, at) + digit + sealed.slice(at + 1), id)).rejects.toThrow();
            await expect(box.open(sealed.slice(0, at - (at % 2)), id)).rejects.toThrow();
          },
        ),
        { seed: SEED, numRuns: 200 },
      );
    });
  });
}
