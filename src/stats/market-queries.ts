import type { Database } from "../db/client.ts";
import { ratio } from "../ratio.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../stock-words.ts";
import type { MarketFigures } from "./metrics.ts";

const STATUSES = ["pending", "approved", "suspended"] as const;

/** Of a snapshot, what is summed over partners. */
const SUMMED = ["total", "fresh", "stale", ...AVAILABILITIES, ...VERIFICATION_METHODS] as const;
type Summed = (typeof SUMMED)[number];

/** Reads one snapshot for each approved partner, whatever they have on their shelves. */
const READ_MARKET = `
  SELECT ${STATUSES.map((status) => `(SELECT count(*) FROM partners WHERE status = '${status}')::float8`).join(", ")},
    (SELECT count(*) FROM locations)::float8,
    count(*)::float8, min(latest.taken_at), max(latest.taken_at),
    ${SUMMED.map((name) => `coalesce(sum((latest.counted->>'${name}')::int8), 0)::float8`).join(",\n    ")}
  FROM partners p CROSS JOIN LATERAL (
    SELECT s.taken_at, s.counted FROM metrics_snapshots s
    WHERE s.partner_id = p.partner_id ORDER BY s.hour DESC LIMIT 1
  ) latest
  WHERE p.status = 'approved'`;

/** The whole market as of `nowMs`, by the latest snapshot of each approved partner. */
export async function readMarket(
  { queryRows }: Pick<Database, "queryRows">,
  nowMs: number,
): Promise<MarketFigures> {
  const [row = []] = await queryRows(READ_MARKET);
  const [pending, approved, suspended, locations, partners, oldestMs, newestMs, ...sums] = row;
  const sumOf = (name: Summed): number => Number(sums[SUMMED.indexOf(name)]);
  const each = <Word extends Summed>(words: readonly Word[]) =>
    Object.fromEntries(words.map((word) => [word, sumOf(word)])) as Record<Word, number>;
  const [total, fresh, stale] = [sumOf("total"), sumOf("fresh"), sumOf("stale")];
  const proven = each(VERIFICATION_METHODS);
  const itemsWithProof = VERIFICATION_METHODS.reduce((sum, kind) => sum + proven[kind], 0);
  return {
    as_of: new Date(nowMs).toISOString(),
    partners: { pending: Number(pending), approved: Number(approved), suspended: Number(suspended) },
    locations: Number(locations),
    snapshots: {
      partners: Number(partners),
      oldest_at: instantOf(oldestMs),
      newest_at: instantOf(newestMs),
    },
    items: { total, by_availability: each(AVAILABILITIES) },
    freshness: { fresh, aging: total - fresh - stale, stale, fresh_ratio: ratio(fresh, total) },
    proof: { items_with_proof: itemsWithProof, coverage: ratio(itemsWithProof, total), by_kind: proven },
  };
}

/**
 * Ids sort by time, so that the first row is one read of an index, and so is the first delivery of an endpoint. What failed
 * waits for its turn: only what is late counts, and what nobody may be sent does not.
 */
const OLDEST_WAITING = `
  SELECT least(
    (SELECT created_at FROM outbox_events WHERE status = 'pending' ORDER BY event_id LIMIT 1),
    (SELECT min(d.due_at) FROM webhook_endpoints e JOIN partners p USING (partner_id) CROSS JOIN LATERAL (
       SELECT min(next_attempt_at) AS due_at FROM webhook_deliveries
       WHERE endpoint_id = e.endpoint_id AND status = 'pending') d
     WHERE e.status = 'active' AND p.status = 'approved' AND d.due_at <= $1::timestamptz))`;

/**
 * Since when the oldest event waits for us at `nowMs`, epoch milliseconds: since it was written, when it has not been handed
 * on to endpoints, or since a delivery to an active endpoint has been due. Undefined when nothing waits.
 */
export async function oldestUndeliveredMs(
  { queryRows }: Pick<Database, "queryRows">,
  nowMs: number,
): Promise<number | undefined> {
  const rows = await queryRows(OLDEST_WAITING, [new Date(nowMs).toISOString()]);
  const sinceMs = rows[0]?.[0] ?? null;
  return sinceMs === null ? undefined : Number(sinceMs);
}

function instantOf(epochMs: unknown): string | null {
  return epochMs === null ? null : new Date(Number(epochMs)).toISOString();
}
