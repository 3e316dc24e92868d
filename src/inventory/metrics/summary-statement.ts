import type { Statement } from "../../db/client.ts";
import { type Bind, bindInstant, statementValues } from "../../db/statement-values.ts";
import { metricsTurn } from "../../db/turns.ts";
import { attentionCtes, newestProofsJson, worstJson } from "./attention-statement.ts";
import { countedJson, countedRows, epochMs } from "./counted-statement.ts";
import { HISTORY_WINDOW_HOURS, type HistoryWindow, SUMMARY_LIFE_MS } from "./metrics.ts";
import { type RowsOfScope, rowsOfScope } from "./rows-of-scope.ts";
import { filterKey, isWholePartner, type MetricsScope } from "./scope.ts";

/** Of these the ones with most rows are told apart. */
const MAX_CATEGORIES = 1000;
/** Nobody waits longer for others who compute the same partner's metrics. */
const TURN_TIMEOUT_MS = 4000;
/** Of the transaction: room to group a million rows in memory; to compile this once would take longer than to run it. */
const SETTINGS = { lock_timeout: String(TURN_TIMEOUT_MS), work_mem: "64MB", jit: "off" } as const;

/** `GROUPING(s.location_id, i.category)` by what a group is of. */
const GROUPED = { byLocation: 1, byCategory: 2, all: 3 } as const;

/** Reads the summary that is stored, if it is young: its moment (epoch milliseconds), `SummaryRows`, `SnapshotRow`s. */
export function storedStatement(scope: MetricsScope, window: HistoryWindow, nowMs: number): Statement {
  const { bind, values } = statementValues();
  const partner = bind(scope.partnerId, "uuid");
  const text = `SELECT a.as_of, a.rows, ${historyJson(scope, window, partner)}
FROM (${youngSummary(bind, scope, partner, nowMs)}) AS a`;
  return { text, values };
}

/** Waits until nobody else computes metrics of the partner. */
export function turnStatement(partnerId: string): Statement {
  const settings = Object.entries(SETTINGS).map(([name, value]) => `set_config('${name}', '${value}', true)`);
  const text = `SELECT ${settings.join(", ")}, pg_advisory_xact_lock(hashtextextended($1, 0))::text`;
  return { text, values: [metricsTurn(partnerId)] };
}

/**
 * Computes and stores the summary as of `nowMs`, unless there is a young one: its moment, `SummaryRows`, `SnapshotRow`s, and
 * what does not exist, `partner` or `location`, when there is nothing to compute.
 */
export function recomputeStatement(scope: MetricsScope, window: HistoryWindow, nowMs: number): Statement {
  const { bind, values } = statementValues();
  const rows = rowsOfScope(bind, scope);
  const { partner, locationRef } = rows;
  const ctes = [
    `partner AS MATERIALIZED (SELECT partner_id FROM partners WHERE partner_id = ${partner})`,
    `location AS MATERIALIZED (${locationRef === null ? "SELECT NULL::uuid AS location_id" : `SELECT location_id FROM locations WHERE partner_id = ${partner} AND location_ref = ${locationRef}`})`,
    `known AS MATERIALIZED (${youngSummary(bind, scope, partner, nowMs)})`,
    "due AS MATERIALIZED (SELECT partner_id, location_id FROM partner CROSS JOIN location WHERE NOT EXISTS (SELECT FROM known))",
    `counted AS MATERIALIZED (${countedRows(bind, nowMs, {
      keys: ["s.location_id", "i.category", "GROUPING(s.location_id, i.category) AS grouped"],
      sets: "(), (s.location_id), (i.category)",
      source: rows.withItems,
      where: rows.where,
      partner,
    })})`,
    ...attentionCtes(rows, isWholePartner(scope)),
    `stored AS (
  INSERT INTO metrics_summaries (partner_id, filter, as_of, rows)
  SELECT partner_id, ${bind(filterKey(scope), "text")}, ${bindInstant(bind, nowMs)}, ${summaryJson(rows)} FROM due
  ON CONFLICT (partner_id, filter) DO UPDATE SET as_of = excluded.as_of, rows = excluded.rows
  RETURNING as_of, rows)`,
  ];
  const text = `WITH ${ctes.join(",\n")}
SELECT a.as_of, a.rows, ${historyJson(scope, window, partner)},
  CASE WHEN NOT EXISTS (SELECT FROM partner) THEN 'partner' WHEN NOT EXISTS (SELECT FROM location) THEN 'location' END
FROM (SELECT) AS one LEFT JOIN (SELECT as_of, rows FROM known UNION ALL SELECT as_of, rows FROM stored) AS a ON true`;
  return { text, values };
}

function youngSummary(bind: Bind, scope: MetricsScope, partner: string, nowMs: number): string {
  // One from the future was made by a Worker whose clock is ahead: as young as any.
  return `SELECT as_of, rows FROM metrics_summaries WHERE partner_id = ${partner} AND filter = ${bind(filterKey(scope), "text")}
    AND as_of > ${bindInstant(bind, nowMs - SUMMARY_LIFE_MS)} AND as_of < ${bindInstant(bind, nowMs + SUMMARY_LIFE_MS)}`;
}

/** `SummaryRows`. */
function summaryJson({ partner, locationRef }: RowsOfScope): string {
  const atLocation = locationRef === null ? "" : ` AND l.location_ref = ${locationRef}`;
  return `json_build_object(
    'counted', (SELECT ${countedJson("c")} FROM counted c WHERE c.grouped = ${GROUPED.all}),
    'by_category', (SELECT coalesce(json_agg(json_build_object('category', c.category, 'counted', ${countedJson("c")}) ORDER BY c.category COLLATE "C" NULLS LAST), '[]')
      FROM (SELECT * FROM counted WHERE grouped = ${GROUPED.byCategory} ORDER BY total DESC, category COLLATE "C" LIMIT ${MAX_CATEGORIES}) AS c),
    'by_location', (SELECT coalesce(json_agg(json_build_object('location_id', l.location_id, 'location_ref', l.location_ref, 'name', l.name,
        'counted', CASE WHEN c.total IS NOT NULL THEN ${countedJson("c")} END) ORDER BY l.location_ref COLLATE "C"), '[]')
      FROM locations l LEFT JOIN (SELECT * FROM counted WHERE grouped = ${GROUPED.byLocation}) AS c ON c.location_id = l.location_id
      WHERE l.partner_id = ${partner}${atLocation}),
    'newest_proofs', ${newestProofsJson(partner)},
    'low_stock', ${worstJson("low_stock", partner)},
    'out_of_stock', ${worstJson("out_of_stock", partner)})`;
}

/** The snapshots of the window that ends with the summary `a`; of a part of a partner there are none. */
function historyJson(scope: MetricsScope, window: HistoryWindow, partner: string): string {
  if (!isWholePartner(scope)) return "'[]'::json";
  return `(SELECT coalesce(json_agg(json_build_object('hour_ms', ${epochMs("h.hour")}, 'taken_ms', ${epochMs("h.taken_at")}, 'counted', h.counted) ORDER BY h.hour), '[]')
  FROM metrics_snapshots h WHERE h.partner_id = ${partner}
    AND h.hour > a.as_of - interval '${HISTORY_WINDOW_HOURS[window]} hours' AND h.hour <= a.as_of)`;
}
