/** Which way an answer came, as its `Server-Timing` says; none when it does not say. */
export type Way = "hot" | "cold" | "none";

/** What the loader looks at of an answer's head. */
export type AnswerHead = {
  readonly status: number;
  /** Of head and body together. */
  readonly bytes: number;
  readonly way: Way;
  /** What the isolate's tiles take, when the answer says. */
  readonly heldBytes: number | undefined;
};

const STATUS_AT = "HTTP/1.1 ".length;

/**
 * Reads the head of an HTTP/1.1 answer from its beginning; undefined while its end is not there yet.
 * @throws when there is no Content-Length.
 */
export function readHead(text: string): AnswerHead | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = text.slice(0, end + 2);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without Content-Length: ${head}`);
  const timing = /\r\nserver-timing: *([^\r]*)/i.exec(head)?.[1] ?? "";
  const held = /\bheld;desc="?(\d+)/.exec(timing)?.[1];
  return {
    status: Number(text.slice(STATUS_AT, STATUS_AT + 3)),
    bytes: end + 4 + Number(length),
    way: /^hot\b/.test(timing) ? "hot" : /^cold\b/.test(timing) ? "cold" : "none",
    heldBytes: held === undefined ? undefined : Number(held),
  };
}
