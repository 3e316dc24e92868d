export const MAX_URL_LENGTH = 2048;

/** What a refusal says would be right: it follows "must be". */
export const HTTPS_URL_MUST_BE = `an https URL of at most ${MAX_URL_LENGTH} characters, percent-encoded, without a user name or password, such as https://shop.example/p/1`;

/**
 * An absolute URI (RFC 3986) of the scheme https without user information. Readers in many languages refuse what browsers
 * forgive (spaces, `|`, letters beyond ASCII), so it is refused where it comes in.
 */
const HTTPS_URI =
  /^https:\/\/(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\/(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?(?:\?(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?(?:#(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$/;

/** Whether `text` is an https URL that anyone may be sent to. */
export function isHttpsUrl(text: string): boolean {
  return text.length <= MAX_URL_LENGTH && HTTPS_URI.test(text) && URL.canParse(text);
}
