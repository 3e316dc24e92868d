import { hex } from "../hex.ts";

const ENCODER = new TextEncoder();
const TAG_BYTES = 16;

/** The strong entity tag of a body: the beginning of its SHA-256. */
export async function entityTag(body: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", ENCODER.encode(body)));
  return `"${hex(digest.subarray(0, TAG_BYTES))}"`;
}

/** Whether `If-None-Match` (RFC 9110, section 13.1.2) names this tag, so that the client has the body already. */
export function isKnown(tag: string, ifNoneMatch: string | null): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch.trim() === "*") return true;
  return ifNoneMatch.split(",").some((known) => known.trim().replace(/^W\//, "") === tag);
}
