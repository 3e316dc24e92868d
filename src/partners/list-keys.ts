import { type PageQuery, pageOf } from "../http/list-parameters.ts";
import type { PartnersContext } from "./context.ts";
import { readKeys } from "./key-queries.ts";
import { keyOf } from "./records.ts";

/** One page of the partner's keys, the newest first, expired and revoked ones included. */
export async function listKeys({ database, now }: PartnersContext, partnerId: string, query: PageQuery) {
  const { after, limit } = query;
  const rows = await readKeys(database, { partnerId, after, rows: limit + 1 });
  const nowMs = now();
  return pageOf(
    rows.map((row) => keyOf(row, nowMs)),
    limit,
    (key) => key.key_id,
  );
}
