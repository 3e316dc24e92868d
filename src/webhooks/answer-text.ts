/** How much of an answer's body is kept, in bytes of UTF-8. */
const MAX_BYTES = 1000;
/** Postgres's text has none. */
const NUL = "\0";

/**
 * The beginning of a body as text, cut between characters; what is no UTF-8 becomes U+FFFD. The rest is cancelled unread,
 * and so is what comes after the body broke off.
 */
export async function answerText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let bytesRead = 0;
  let text = "";
  try {
    while (bytesRead < MAX_BYTES) {
      const { done, value } = await reader.read();
      if (done) {
        text += decoder.decode();
        break;
      }
      text += decoder.decode(value.subarray(0, MAX_BYTES - bytesRead), { stream: true });
      bytesRead += value.length;
    }
    await reader.cancel();
  } catch {
    // Broken off or timed out: what came is kept.
  }
  return cutText(text.replaceAll(NUL, ""));
}

/** U+FFFD is longer than the byte that it stands for. */
function cutText(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MAX_BYTES));
  return text.slice(0, read);
}
