/** Of an event's body, in bytes of UTF-8. Receivers count on it: a larger one is never sent. */
export const MAX_PAYLOAD_BYTES = 20_000;
