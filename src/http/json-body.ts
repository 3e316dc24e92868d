import { readJsonText } from "./json-text.ts";
import { invalidBody, Problem } from "./problem.ts";

export type JsonBody = { readonly value: unknown; readonly bytes: Uint8Array };

const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** The formats that a body may come in, and how `Content-Type` may declare them. */
const FORMATS = {
  "application/json": { name: "JSON", declared: /^application\/json *(?:; *charset *= *"?utf-8"? *)?$/i },
  "text/csv": {
    name: "CSV",
    declared: /^text\/csv *(?:; *(?:charset *= *"?utf-8"?|header *= *present) *)*$/i,
  },
};
export type MediaType = keyof typeof FORMATS;

/**
 * The request's JSON body. `whenEmpty` is what no body at all stands for; without it a body is required.
 * @throws {Problem} 413 beyond 4 MiB, without reading on; 415 unless it is `application/json`; 400 when it is not
 * JSON or holds what cannot be kept.
 */
export async function readJsonBody(request: Request, whenEmpty?: unknown): Promise<JsonBody> {
  const bytes = await readBytes(request);
  if (bytes.length === 0 && whenEmpty !== undefined) return { value: whenEmpty, bytes };
  readMediaType(request.headers, ["application/json"]);
  const reading = readJsonText(bytes);
  if (!reading.ok) throw invalidBody(reading.errors);
  return { value: reading.value, bytes };
}

/**
 * In which of the `accepted` formats `headers` declare the body to be.
 * @throws {Problem} 415 when in none of them, or compressed.
 */
export function readMediaType(headers: Headers, accepted: readonly MediaType[]): MediaType {
  const encoding = headers.get("Content-Encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new Problem("unsupported_media_type", "Send the body as it is, without Content-Encoding.");
  }
  const declared = headers.get("Content-Type") ?? "";
  const type = accepted.find((candidate) => FORMATS[candidate].declared.test(declared));
  if (type !== undefined) return type;
  const ways = accepted.map((candidate) => `${FORMATS[candidate].name}, with \`Content-Type: ${candidate}\``);
  throw new Problem("unsupported_media_type", `Send the body as ${ways.join(", or as ")}.`, {
    headers: { Accept: accepted.join(", ") },
  });
}

/**
 * The whole body. A stated length is believed only when it is too large: it may be absent, or wrong. `arrived` is told
 * how many bytes came, as they come; when it throws, nothing more is read.
 * @throws {Problem} 413 beyond 4 MiB, without reading on.
 */
export async function readBytes(
  request: Request,
  arrived: (bytes: number) => void = () => undefined,
): Promise<Uint8Array> {
  if (Number(request.headers.get("Content-Length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (const reader = request.body?.getReader(); reader !== undefined; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    try {
      arrived(value.length);
      if (length > MAX_BODY_BYTES) throw tooLarge();
    } catch (error) {
      await reader.cancel();
      throw error;
    }
  }
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function tooLarge(): Problem {
  return new Problem(
    "payload_too_large",
    "A body may have at most 4 MiB (4,194,304 bytes). Send less at once.",
  );
}
