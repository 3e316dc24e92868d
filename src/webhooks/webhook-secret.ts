import { base64 } from "../base64.ts";

/** As Standard Webhooks asks for: 24 to 64 bytes. A multiple of 3, so that base64 needs no padding. */
const SECRET_BYTES = 24;

/** What every secret begins with; base64 follows. */
export const SECRET_PREFIX = "whsec_";

/** A new signing secret: the prefix and random bytes in base64. */
export function newWebhookSecret(): string {
  const random = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return `${SECRET_PREFIX}${base64(random)}`;
}
