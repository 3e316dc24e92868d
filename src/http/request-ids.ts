/** Of a UUID, what stands before its last twelve digits. */
const PREFIX_LENGTH = 24;
const COUNTED_DIGITS = 12;

/**
 * Makes ids for requests, each a UUID of its own: the first 62 random bits name the isolate, the rest counts. One that
 * is random from end to end takes workerd twenty times as long.
 */
export function createRequestIds(): () => string {
  let prefix = "";
  let count = 0;
  return () => {
    // Not before there is a request: until then a Worker has no random numbers.
    if (prefix === "") prefix = crypto.randomUUID().slice(0, PREFIX_LENGTH);
    count += 1;
    return prefix + count.toString(16).padStart(COUNTED_DIGITS, "0");
  };
}
