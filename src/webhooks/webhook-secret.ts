/** As Standard Webhooks asks for: 24 to 64 bytes. A multiple of 3, so that base64 needs no padding. */
const SECRET_BYTES = 24;

/** A new signing secret: `whsec_` and random bytes in base64. */
export function newWebhookSecret(): string {
  const random = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return `whsec_${btoa(String.fromCharCode(...random))}`;
}
