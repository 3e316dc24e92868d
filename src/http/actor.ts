import type { Actor } from "../db/audit.ts";

/** An IPv6 address has 45 characters at most. */
const MAX_ADDRESS_LENGTH = 45;

/** Who does something by this request, for the audit. */
export function actorOf(request: Request, kind: string, id: string): Actor {
  return { kind, id, address: addressOf(request) };
}

/** Where the request comes from, as Cloudflare says: it lets nobody else set this header. */
export function addressOf(request: Request): string | undefined {
  return request.headers.get("CF-Connecting-IP")?.slice(0, MAX_ADDRESS_LENGTH);
}
