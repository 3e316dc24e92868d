import { base64, bytesOfBase64 } from "../base64.ts";
import { hex } from "../hex.ts";
import { SECRET_PREFIX } from "./webhook-secret.ts";

/** What is signed: the very bytes of the body, and the moment of this attempt. */
export type SignedDelivery = {
  /** In its wire form. */
  readonly eventId: string;
  readonly eventType: string;
  readonly body: string;
  /** Unix seconds. */
  readonly timestampS: number;
};

/**
 * The headers that tell a receiver whose delivery this is: ours and those of Standard Webhooks, with a signature for each
 * of the `secrets` (`whsec_<base64>`), of which there are two while a rotated one overlaps. The whole text of a secret is
 * the key of ours, its decoded part that of Standard Webhooks (standardwebhooks.com, "Signature scheme").
 */
export async function signedHeaders(
  { eventId, eventType, body, timestampS }: SignedDelivery,
  secrets: readonly string[],
): Promise<Record<string, string>> {
  const ours = secrets.map(async (secret) => {
    const signature = await hmacSha256(new TextEncoder().encode(secret), `${timestampS}.${body}`);
    return `v1=${hex(signature)}`;
  });
  const standard = secrets.map(async (secret) => {
    const signature = await hmacSha256(
      bytesOfBase64(secret.slice(SECRET_PREFIX.length)),
      `${eventId}.${timestampS}.${body}`,
    );
    return `v1,${base64(signature)}`;
  });
  return {
    "X-SnapAct-Event-Id": eventId,
    "X-SnapAct-Event-Type": eventType,
    "X-SnapAct-Timestamp": String(timestampS),
    "X-SnapAct-Signature": (await Promise.all(ours)).join(","),
    "webhook-id": eventId,
    "webhook-timestamp": String(timestampS),
    "webhook-signature": (await Promise.all(standard)).join(" "),
  };
}

async function hmacSha256(key: Uint8Array, text: string): Promise<Uint8Array> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text)));
}
