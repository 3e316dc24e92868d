import { derivedAvailabilitySql } from "../availability.ts";
import { type Bind, bindInstant, isoSql } from "../db/statement-values.ts";
import { LOCATIONS_ARE_KNOWN } from "./asked-statement.ts";
import { DETAILS } from "./entry.ts";

/** What a row held, whatever was deleted in the meantime set aside: columns of a stock row, by the register they belong to. */
const HELD = {
  price: ["price_amount", "price_currency"],
  stock: [
    "quantity",
    "availability",
    "availability_stated",
    "verified_at",
    "verification_method",
    "proof_id",
  ],
} as const;

/** An outcome after which what was said is what is known. */
const WINS = "('changed', 'moved')";

/** SQL of whether the group of this outcome now holds what was said. */
export function wins(outcome: string): string {
  return `coalesce(${outcome} IN ${WINS}, false)`;
}

/** The details that an item is found by. */
export const WORDS = ["title", "brand", "category"] as const;

/** SQL of whether any of these columns has one value under one prefix and another under the other. */
export function differ(names: readonly string[], prefix: string, other: string): string {
  const row = (under: string) => `(${names.map((name) => `${under}${name}`).join(", ")})`;
  return `${row(prefix)} IS DISTINCT FROM ${row(other)}`;
}

/**
 * Judges what was asked by what is there, looked up row by row (OFFSET 0), however much there is: `known_items` with the details that now hold, and `judged_rows` with what they
 * held (`had_…`) and the outcome of each group. `proceed` has a row when all that this takes is known: see `Facts`.
 */
export function judgeCtes(bind: Bind, partner: string, nowMs: number): readonly string[] {
  return [
    `known_items AS MATERIALIZED (
  SELECT k.*, ${DETAILS.map((name) => `CASE WHEN ${wins("details_outcome")} THEN new_${name} ELSE old_${name} END AS ${name}`).join(", ")}
  FROM (
    SELECT n.*, i.item_id IS NOT NULL AS existed, coalesce(i.item_id, n.new_id) AS item_id, i.xmin::text AS revision,
      i.details_observed_at AS was_details_at, i.detail_registers AS was_registers, i.deleted_observed_at AS was_deleted_at,
      greatest(i.deleted_observed_at, n.deleted_at) AS gone_before,
      ${DETAILS.map((name) => `i.${name} AS old_${name}`).join(", ")},
      CASE WHEN n.merged_outcome IS NOT NULL THEN n.merged_outcome ELSE ${detailsOutcome()} END AS details_outcome
    FROM asked_items n
    LEFT JOIN LATERAL (SELECT xmin, * FROM items WHERE partner_id = ${partner} AND external_ref = n.external_ref OFFSET 0) AS i ON true) AS k)`,
    // Details merged by the Worker must have been merged with what is there; all others must meet what is whole.
    `proceed AS MATERIALIZED (
  SELECT FROM permit WHERE ${LOCATIONS_ARE_KNOWN}
    AND NOT EXISTS (SELECT FROM known_items WHERE merged_revision <> coalesce(revision, '')
      OR (details_at IS NOT NULL AND merged_revision IS NULL AND was_registers IS NOT NULL)
      OR (details_outcome = 'changed' AND new_keys IS NULL AND ${differ(WORDS, "new_", "old_")})))`,
    `met_rows AS MATERIALIZED (
  SELECT r.*, k.item_id, p.new_proof_id, p.proof_json AS said_proof_json, s.item_id IS NOT NULL AS existed,
    coalesce(s.version, 0) AS old_version, coalesce(s.listed, false) AS was_listed, s.proof_id AS old_proof_id,
    s.counted_observed_at AS had_counted_at, ${heldColumns("s", "k.gone_before")},
    CASE WHEN coalesce(coalesce(s.stock_observed_at, '-infinity') >= k.gone_before, true) AND f.proof_id IS NOT NULL THEN coalesce(f.observed_json, '') END AS had_proof_json
  FROM proceed CROSS JOIN asked_rows r JOIN known_items k ON k.ordinal = r.item_ordinal
  LEFT JOIN asked_proofs p ON p.row_ordinal = r.ordinal
  LEFT JOIN LATERAL (
    SELECT * FROM stock_rows WHERE location_id = r.location_id AND item_id = k.item_id AND partner_id = ${partner} OFFSET 0) AS s ON true
  LEFT JOIN LATERAL (SELECT * FROM proofs WHERE proof_id = s.proof_id AND partner_id = ${partner} OFFSET 0) AS f ON true)`,
    `adjusted AS MATERIALIZED (
  SELECT a.row_ordinal, sum(a.by) FILTER (WHERE counts) AS total, max(coalesce(a.at, ${bindInstant(bind, nowMs)})) FILTER (WHERE counts) AS newest_at
  FROM asked_adjustments a JOIN met_rows m ON m.ordinal = a.row_ordinal
  CROSS JOIN LATERAL (SELECT coalesce(a.at > m.had_counted_at, true) AS counts) AS c GROUP BY a.row_ordinal)`,
    `judged_rows AS MATERIALIZED (
  SELECT m.*, a.total, a.newest_at, ${priceOutcome()} AS price_outcome,
    CASE WHEN a.row_ordinal IS NULL THEN ${stockOutcome()}
    WHEN had_quantity IS NULL THEN 'missing'
    WHEN a.total IS NULL THEN 'stale'
    WHEN had_quantity + a.total NOT BETWEEN 0 AND 1000000 THEN 'short'
    WHEN a.total = 0 AND had_verification_method = 'pos_sync' AND had_proof_id IS NULL
      AND had_availability IN ('on_request', 'scheduled_only', ${derivedAvailabilitySql("had_quantity")}) THEN 'moved'
    ELSE 'changed' END AS stock_outcome
  FROM met_rows m LEFT JOIN adjusted a ON a.row_ordinal = m.ordinal)`,
  ];
}

/**
 * `had_<column>` of the stock row `row`, null where that was observed before `goneBefore`; `had_price_at` and
 * `had_stock_at`, since when it is so; and whether a value `went` that way (`price_went`, `stock_went`).
 */
export function heldColumns(row: string, goneBefore: string): string {
  const columns = (["price", "stock"] as const).flatMap((group) => {
    const observedAt = `${row}.${group}_observed_at`;
    const gone = `coalesce(${observedAt}, '-infinity') < ${goneBefore}`;
    return [
      `coalesce(${gone}, false) AND ${row}.${HELD[group][0]} IS NOT NULL AS ${group}_went`,
      `greatest(${observedAt}, ${goneBefore}) AS had_${group}_at`,
      ...HELD[group].map((name) => `CASE WHEN ${gone} THEN NULL ELSE ${row}.${name} END AS had_${name}`),
    ];
  });
  return columns.join(", ");
}

type Judgement = {
  readonly saidAt: string;
  readonly knownAt: string;
  /** Whether what is shown of them is the same. */
  readonly sameShown: string;
  /** Whether all of them is the same. */
  readonly same: string;
  /** Canonical JSON, which decides ties. */
  readonly said: string;
  readonly known: string;
};

function outcome({ saidAt, knownAt, sameShown, same, said, known }: Judgement): string {
  const change = `CASE WHEN ${sameShown} THEN 'moved' ELSE 'changed' END`;
  return `CASE WHEN ${saidAt} IS NULL THEN NULL
      WHEN ${knownAt} IS NULL OR ${saidAt} > ${knownAt} THEN ${change}
      WHEN ${saidAt} < ${knownAt} THEN 'stale'
      WHEN ${same} THEN 'same'
      WHEN ${said} COLLATE "C" > ${known} COLLATE "C" THEN ${change}
      ELSE 'stale' END`;
}

function detailsOutcome(): string {
  const same = `NOT ${differ(DETAILS, "n.new_", "i.")}`;
  const json = (prefix: string) => {
    const members = DETAILS.toSorted().map((name) => `'"${name}":' || to_json(${prefix}${name})`);
    return `CASE WHEN ${prefix}title IS NULL THEN 'null' ELSE '{' || concat_ws(',', ${members.join(", ")}) || '}' END`;
  };
  return outcome({
    saidAt: "n.details_at",
    knownAt: "i.details_observed_at",
    sameShown: same,
    same,
    said: json("n.new_"),
    known: json("i."),
  });
}

function priceOutcome(): string {
  const same =
    "(said_price_amount, said_price_currency) IS NOT DISTINCT FROM (had_price_amount, had_price_currency)";
  const json = (prefix: string) =>
    `coalesce('{"amount":' || ${prefix}_price_amount || ',"currency":"' || ${prefix}_price_currency || '"}', 'null')`;
  return outcome({
    saidAt: "said_price_at",
    knownAt: "had_price_at",
    sameShown: same,
    same,
    said: json("said"),
    known: json("had"),
  });
}

function stockOutcome(): string {
  const shown = (prefix: string) =>
    ["quantity", "availability", "verification_method", "proof_json"].map((name) => `${prefix}_${name}`);
  const all = (prefix: string) => [
    ...shown(prefix),
    `${prefix}_quantity IS NOT NULL AND ${prefix}_availability_stated`,
    `${prefix}_verified_at`,
  ];
  const same = (columns: typeof shown) =>
    `(${columns("said").join(", ")}) IS NOT DISTINCT FROM (${columns("had").join(", ")})`;
  return outcome({
    saidAt: "said_stock_at",
    knownAt: "had_stock_at",
    sameShown: same(shown),
    same: same(all),
    said: stockJson("said"),
    known: stockJson("had"),
  });
}

/** What `stockJson` in plan.ts makes of an observation. */
function stockJson(prefix: string): string {
  return `CASE WHEN ${prefix}_quantity IS NULL THEN 'null' ELSE '{' || coalesce('"proof":' || ${prefix}_proof_json || ',', '') || '"stock":{'
      || CASE WHEN ${prefix}_availability_stated THEN '"availability":"' || ${prefix}_availability || '",' ELSE '' END
      || '"quantity":' || ${prefix}_quantity || '}'
      || CASE WHEN ${prefix}_verified_at <> ${prefix}_stock_at THEN ',"verified_at":"' || ${isoSql(`${prefix}_verified_at`)} || '"' ELSE '' END || '}' END`;
}
