import { derivedAvailabilitySql } from "../availability.ts";
import { rowStampCte } from "../db/row-stamp.ts";
import { bindInstant } from "../db/statement-values.ts";
import type { Write } from "../db/write-once.ts";
import { askedCtes } from "./asked-statement.ts";
import { DETAILS } from "./entry.ts";
import { eventCtes } from "./event-statement.ts";
import { differ, heldColumns, judgeCtes, WORDS, wins } from "./judge-statement.ts";
import type { PlannedEntry } from "./plan.ts";
import type { CatalogPlan } from "./results.ts";
import type { ToWrite } from "./to-write.ts";

export type CatalogWrite = ToWrite & {
  readonly partnerId: string;
  /** What the answer is made of, beside what the statement finds; kept with the outcome. */
  readonly plan: CatalogPlan;
  /** Whether the outcome is to hold the plan, as one that is kept must. */
  readonly keepsPlan: boolean;
  readonly nowMs: number;
};

/** The refusal of a write that must know more of what is there: see `Facts`. */
export const LOOK_FIRST = "look_first";

/**
 * Writes what was asked, each item and row once, and leaves the events. The outcome is `[plan, items, rows]`, of which
 * the last two are `ItemOutcome` and `RowOutcome`. Refused: `LOOK_FIRST`; or the outcome itself, as text, when nothing of
 * it was accepted.
 */
export function writeCatalog(toWrite: CatalogWrite): Write {
  return (bind) => {
    const { partnerId, plan, keepsPlan, nowMs } = toWrite;
    const partner = bind(partnerId, "uuid");
    const now = bindInstant(bind, nowMs);
    // Only an item's own details, and its deletion, change rows that were not asked for.
    const rowsNow = toWrite.items.some(({ toWrite: details }) => details !== null)
      ? `${askedRowsNow()} UNION ALL ${otherRowsNow(partner)}`
      : askedRowsNow();
    return [
      ...askedCtes(bind, partner, toWrite),
      ...judgeCtes(bind, partner, nowMs),
      `rows_now AS MATERIALIZED (
  SELECT c.*, CASE WHEN existed THEN old_version + changed::int WHEN writes THEN 1 END AS version FROM (
    SELECT l.*, CASE WHEN existed THEN changed OR moved ELSE ${wins("price_outcome")} OR ${wins("stock_outcome")} END AS writes FROM (
      SELECT u.*, price_went OR stock_went OR details_changed OR coalesce(price_outcome = 'changed' OR stock_outcome = 'changed', false)
          OR listed <> was_listed AS changed,
        coalesce(price_outcome = 'moved', false) OR coalesce(stock_outcome = 'moved', false) AS moved
      FROM (
        SELECT r.*, titled AND price_amount IS NOT NULL AND quantity IS NOT NULL AS listed
        FROM (${rowsNow}) AS r) AS u) AS l) AS c)`,
      `written_items AS (
  INSERT INTO items AS i (item_id, partner_id, external_ref, ${DETAILS.join(", ")}, search_keys, details_observed_at, detail_registers, deleted_observed_at, created_at, updated_at)
  SELECT item_id, ${partner}, external_ref, ${DETAILS.join(", ")}, string_to_array(coalesce(new_keys, ''), ' '),
    CASE WHEN ${wins("details_outcome")} THEN details_at ELSE was_details_at END,
    CASE WHEN ${wins("details_outcome")} THEN new_registers ELSE was_registers END, gone_before, ${now}, ${now}
  FROM proceed CROSS JOIN known_items
  WHERE ${wins("details_outcome")} OR deleted_at > coalesce(was_deleted_at, '-infinity')
    OR (NOT existed AND ordinal IN (SELECT item_ordinal FROM rows_now WHERE writes))
  ON CONFLICT (partner_id, external_ref) DO UPDATE SET ${DETAILS.map((name) => `${name} = excluded.${name}`).join(", ")},
    search_keys = CASE WHEN ${differ(WORDS, "excluded.", "i.")} THEN excluded.search_keys ELSE i.search_keys END,
    details_observed_at = excluded.details_observed_at, detail_registers = excluded.detail_registers,
    deleted_observed_at = excluded.deleted_observed_at,
    updated_at = CASE WHEN ${differ(DETAILS, "excluded.", "i.")} THEN excluded.updated_at ELSE i.updated_at END)`,
      `new_proofs AS (
  INSERT INTO proofs (proof_id, partner_id, location_id, item_id, kind, media_url, sha256, captured_at, captured_lat, captured_lng, received_at, distance_from_location_m, observed_json)
  SELECT w.proof_id, ${partner}, w.location_id, w.item_id, p.kind, p.media_url, decode(p.sha256, 'hex'), p.captured_at, p.captured_lat, p.captured_lng, ${now},
    coalesce(d.given_distance_m, d.distance_m), p.proof_json
  FROM rows_now w JOIN asked_proofs p ON p.row_ordinal = w.ordinal AND p.new_proof_id = w.proof_id
  JOIN photos d ON d.row_ordinal = p.row_ordinal WHERE w.writes)`,
      rowStampCte(partner, now),
      // A join would have PostgreSQL read the whole table.
      `written_rows AS (
  INSERT INTO stock_rows AS s (location_id, item_id, partner_id, ${ROW_COLUMNS.join(", ")}, updated_at)
  SELECT location_id, item_id, ${partner}, ${ROW_COLUMNS.join(", ")}, stamp.at FROM rows_now CROSS JOIN stamp WHERE writes
  ON CONFLICT (location_id, item_id) DO UPDATE SET ${ROW_COLUMNS.map((name) => `${name} = excluded.${name}`).join(", ")},
    updated_at = CASE WHEN excluded.version = s.version THEN s.updated_at ELSE excluded.updated_at END)`,
      `gone_proofs AS (
  DELETE FROM proofs WHERE partner_id = ${partner} AND proof_id = ANY (ARRAY(
    SELECT old_proof_id FROM rows_now WHERE writes AND old_proof_id <> coalesce(proof_id, '00000000-0000-0000-0000-000000000000'))))`,
      ...eventCtes(bind, partnerId, nowMs, mayDelist(toWrite)),
      ...resultCtes(bind(keepsPlan ? JSON.stringify(plan) : null, "json"), plan.entries),
    ];
  };
}

/** Whether anything may be listed no longer. */
function mayDelist({ items, rows }: ToWrite): boolean {
  return (
    items.some(({ deletedAtMs }) => deletedAtMs !== null) ||
    rows.some(({ price, stock }) => price?.value === null || stock?.value === null)
  );
}

const ROW_COLUMNS = [
  "price_amount",
  "price_currency",
  "price_observed_at",
  "quantity",
  "availability",
  "availability_stated",
  "verified_at",
  "verification_method",
  "proof_id",
  "stock_observed_at",
  "counted_observed_at",
  "listed",
  "version",
];

/** The asked rows as they now are. */
function askedRowsNow(): string {
  const price = (said: string, had: string) =>
    `CASE WHEN ${wins("r.price_outcome")} THEN ${said} ELSE ${had} END`;
  const adjusted = `r.total IS NOT NULL AND ${wins("r.stock_outcome")}`;
  const stock = (adjustedTo: string, said: string, had: string) =>
    `CASE WHEN ${adjusted} THEN ${adjustedTo} WHEN ${wins("r.stock_outcome")} THEN ${said} ELSE ${had} END`;
  const left = "(had_quantity + r.total)::int4";
  const stays = "had_availability IN ('on_request', 'scheduled_only')";
  const columns = {
    price_amount: price("said_price_amount", "had_price_amount"),
    price_currency: price("said_price_currency", "had_price_currency"),
    price_observed_at: price("said_price_at", "had_price_at"),
    quantity: stock(left, "said_quantity", "had_quantity"),
    availability: stock(
      `CASE WHEN ${stays} THEN had_availability ELSE ${derivedAvailabilitySql(left)} END`,
      "said_availability",
      "had_availability",
    ),
    availability_stated: `coalesce(${stock(stays, "said_availability_stated", "had_availability_stated")}, false)`,
    verified_at: stock("greatest(had_verified_at, r.newest_at)", "said_verified_at", "had_verified_at"),
    verification_method: stock(
      "'pos_sync'::verification_method",
      "said_verification_method",
      "had_verification_method",
    ),
    proof_id: stock(
      "NULL",
      "CASE WHEN said_proof_json = had_proof_json THEN had_proof_id ELSE new_proof_id END",
      "had_proof_id",
    ),
    stock_observed_at: stock("greatest(had_stock_at, r.newest_at)", "said_stock_at", "had_stock_at"),
    counted_observed_at: stock("had_counted_at", "said_stock_at", "greatest(had_counted_at, k.gone_before)"),
  };
  const named = Object.entries(columns).map(([name, value]) => `${value} AS ${name}`);
  return `SELECT r.ordinal, r.item_ordinal, r.item_id, r.location_id, r.existed, r.old_version, r.was_listed, r.old_proof_id,
          r.had_quantity, r.had_counted_at, r.had_price_amount IS NOT NULL OR r.had_quantity IS NOT NULL AS held, r.price_went, r.stock_went,
          k.title IS NOT NULL AS titled, coalesce(r.has_details AND k.details_outcome = 'changed', false) AS details_changed,
          r.price_outcome, r.stock_outcome, ${named.join(", ")}
        FROM judged_rows r JOIN known_items k ON k.ordinal = r.item_ordinal`;
}

/** The rows at other locations of items that appear or go, as they now are. */
function otherRowsNow(partner: string): string {
  return `SELECT NULL::int8, h.ordinal, h.item_id, h.location_id, true, h.version, h.listed, h.proof_id,
          h.had_quantity, h.counted_observed_at, true, h.price_went, h.stock_went,
          h.title IS NOT NULL, false, NULL, NULL,
          had_price_amount, had_price_currency, had_price_at, had_quantity, had_availability, coalesce(had_availability_stated, false), had_verified_at,
          had_verification_method, had_proof_id, had_stock_at, greatest(h.counted_observed_at, h.gone_before)
        FROM (
          SELECT k.ordinal, k.title, k.gone_before, s.*, ${heldColumns("s", "k.gone_before")}
          FROM proceed CROSS JOIN known_items k
          CROSS JOIN LATERAL (SELECT * FROM stock_rows WHERE item_id = k.item_id AND partner_id = ${partner} OFFSET 0) AS s
          WHERE k.existed AND (k.deleted_at IS NOT NULL OR (k.title IS NULL) <> (k.old_title IS NULL))
            AND NOT EXISTS (SELECT FROM judged_rows j WHERE j.item_id = s.item_id AND j.location_id = s.location_id)) AS h`;
}

function resultCtes(plan: string, entries: readonly PlannedEntry[]): readonly string[] {
  // Nothing but an adjustment is refused for what is there.
  const nothingAccepted = entries.every(({ kind }) => kind === "adjust")
    ? `NOT EXISTS (SELECT FROM judged_rows WHERE stock_outcome NOT IN ('missing', 'short'))
      AND NOT EXISTS (SELECT FROM asked_adjustments a JOIN judged_rows r ON r.ordinal = a.row_ordinal WHERE a.at <= r.had_counted_at AND r.had_quantity IS NOT NULL)`
    : "false";
  return [
    `deletions AS (
  SELECT item_ordinal, bool_or(price_went OR stock_went) AS went, bool_or(price_amount IS NOT NULL OR quantity IS NOT NULL) AS holds, max(version) AS version
  FROM rows_now WHERE item_ordinal IN (SELECT ordinal FROM known_items WHERE deleted_at IS NOT NULL) GROUP BY item_ordinal)`,
    `item_outcomes AS (
  SELECT coalesce(json_agg(json_build_array(
      CASE WHEN k.existed OR ${wins("k.details_outcome")} OR k.deleted_at IS NOT NULL OR k.ordinal IN (SELECT item_ordinal FROM rows_now WHERE writes) THEN k.item_id END,
      k.details_outcome, k.title IS NOT NULL,
      CASE WHEN k.deleted_at IS NULL THEN NULL
        WHEN d.went OR ${DETAILS.map((name) => `(k.old_${name} IS NOT NULL AND k.${name} IS NULL)`).join(" OR ")} THEN 'changed'
        WHEN k.was_deleted_at = k.deleted_at THEN 'same'
        WHEN k.was_deleted_at > k.deleted_at OR d.holds OR k.title IS NOT NULL THEN 'stale'
        ELSE 'moved' END,
      d.version) ORDER BY k.ordinal), '[]') AS items
  FROM known_items k LEFT JOIN deletions d ON d.item_ordinal = k.ordinal)`,
    `row_outcomes AS (
  SELECT coalesce(json_agg(json_build_array(price_outcome, stock_outcome, held, price_amount IS NOT NULL, quantity IS NOT NULL, version, had_quantity, had_counted_at) ORDER BY ordinal), '[]') AS rows
  FROM rows_now WHERE ordinal IS NOT NULL)`,
    `outcome AS (SELECT json_build_array(${plan}, items, rows) AS outcome FROM item_outcomes, row_outcomes)`,
    `result AS (
  SELECT CASE WHEN refusal IS NULL THEN outcome END AS outcome, refusal
  FROM permit, outcome, LATERAL (
    SELECT CASE WHEN NOT EXISTS (SELECT FROM proceed) THEN '${LOOK_FIRST}' WHEN ${nothingAccepted} THEN outcome::text END AS refusal) AS r)`,
  ];
}
