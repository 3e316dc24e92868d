import type * as z from "zod";
import type { WriteKey, WriteResult } from "../db/write-once.ts";
import { hex } from "../hex.ts";
import { readBySchema } from "./body-schema.ts";
import { readJsonBody } from "./json-body.ts";
import { invalidBody, Problem } from "./problem.ts";

/** A request that writes: its body, and what its Idempotency-Key stands for, if it has one. */
export type WriteRequest<Body> = { readonly body: Body; readonly key: WriteKey | undefined };

/** Visible ASCII: what any client can put into a header. */
const IDEMPOTENCY_KEY = /^[!-~]{1,255}$/;

/**
 * Reads a request that writes. `scope` says whose its Idempotency-Key is; `whenEmpty` is what no body stands for.
 * @throws {Problem} 4xx that says what is wrong with the body or the key.
 */
export async function readWriteRequest<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  scope: string,
  whenEmpty?: unknown,
): Promise<WriteRequest<z.output<Schema>>> {
  const { value, bytes } = await readJsonBody(request, whenEmpty);
  const reading = readBySchema(schema, value);
  if (!reading.ok) throw invalidBody(reading.errors);
  return { body: reading.value, key: await readWriteKey(request, bytes, scope) };
}

/**
 * What the request's Idempotency-Key stands for, undefined when it has none. `scope` says whose it is.
 * @throws {Problem} 400 when it is not well formed.
 */
export async function readWriteKey(
  request: Request,
  body: Uint8Array,
  scope: string,
): Promise<WriteKey | undefined> {
  const key = request.headers.get("Idempotency-Key");
  if (key === null) return undefined;
  if (!IDEMPOTENCY_KEY.test(key)) {
    throw new Problem(
      "invalid_header",
      "Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID, new for each new request.",
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return {
    scope,
    route: `${request.method} ${new URL(request.url).pathname}`,
    key,
    bodySha256: hex(digest),
  };
}

/** A write that was not stopped by its Idempotency-Key. */
export type SettledWrite = Extract<WriteResult, { readonly kind: "done" | "refused" }>;

/** @throws {Problem} 422 or 409 when the Idempotency-Key belongs to another request, or to one that still runs. */
export function settled(result: WriteResult): SettledWrite {
  if (result.kind === "reused") {
    throw new Problem(
      "idempotency_key_reused",
      "This Idempotency-Key was used here before, with another body. Send that body again, or a new key.",
    );
  }
  if (result.kind === "in_use") {
    throw new Problem(
      "idempotency_key_in_use",
      "A request with this Idempotency-Key is still being worked on. Send the same again in a second.",
      { headers: { "Retry-After": "1" } },
    );
  }
  return result;
}
