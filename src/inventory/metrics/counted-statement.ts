import { type Bind, bindInstant } from "../../db/statement-values.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../../stock-words.ts";
import { FRESHNESS_WINDOW_S } from "../freshness.ts";

const WINDOW_MS = 1000 * FRESHNESS_WINDOW_S;

const PERCENTILES = { p50: 0.5, p90: 0.9, p99: 0.99 } as const;

/** The columns of `Counted`, of a row of `countedRows`. */
const COLUMNS = [
  "total",
  ...AVAILABILITIES,
  "fresh",
  "stale",
  ...VERIFICATION_METHODS,
  ...Object.keys(PERCENTILES).map((name) => `verified_${name}_ms`),
  "newest_verified_ms",
  "oldest_verified_ms",
];

/** `Counted` as JSON, of a row of `countedRows`. */
export function countedJson(row: string): string {
  const members = COLUMNS.map((name) => `'${name}', ${row}.${name}`);
  return `json_build_object(${members.join(", ")})`;
}

type Grouping = {
  /** What of each group is shown beside its figures. */
  readonly keys: readonly string[];
  /** Of `GROUPING SETS`. */
  readonly sets: string;
  /** A FROM item with the stock rows `s`. */
  readonly source: string;
  readonly where: readonly string[];
  /** Whose rows they are. */
  readonly partner: string;
};

/**
 * A query that counts listed rows in groups, each with the columns of `Counted`.
 *
 * An ordered-set aggregate has PostgreSQL sort all rows anew for each set of keys. So the sets are hashed, and collect
 * the instants; percentiles are taken of each group's own.
 */
export function countedRows(
  bind: Bind,
  asOfMs: number,
  { keys, sets, source, where, partner }: Grouping,
): string {
  const freshSince = bindInstant(bind, asOfMs - WINDOW_MS);
  const agingSince = bindInstant(bind, asOfMs - 2 * WINDOW_MS);
  const number = (name: string, condition: string) => `count(*) FILTER (WHERE ${condition}) AS ${name}`;
  const counts = [
    "count(*) AS total",
    ...AVAILABILITIES.map((name) => number(name, `s.availability = '${name}'`)),
    number("fresh", `s.verified_at >= ${freshSince}`),
    number("stale", `s.verified_at < ${agingSince}`),
    ...VERIFICATION_METHODS.map((name) => number(name, `f.kind = '${name}'`)),
    `${epochMs("max(s.verified_at)")} AS newest_verified_ms`,
    `${epochMs("min(s.verified_at)")} AS oldest_verified_ms`,
    "array_agg(s.verified_at) AS verified",
  ];
  const percentiles = Object.keys(PERCENTILES).map(
    (name, i) => `${epochMs(`p.instants[${i + 1}]`)} AS verified_${name}_ms`,
  );
  return `SELECT g.*, ${percentiles.join(", ")}
  FROM (
    SELECT ${[...keys, ...counts].join(", ")}
    FROM ${source} LEFT JOIN (SELECT proof_id, kind FROM proofs WHERE partner_id = ${partner}) AS f ON f.proof_id = s.proof_id
    WHERE ${["s.listed", ...where].join(" AND ")}
    GROUP BY GROUPING SETS (${sets})) AS g
  CROSS JOIN LATERAL (
    SELECT percentile_disc(ARRAY[${Object.values(PERCENTILES).join(", ")}]) WITHIN GROUP (ORDER BY instant DESC) AS instants
    FROM (SELECT unnest(g.verified) AS instant) AS v) AS p`;
}

/** Of an instant, exactly. */
export function epochMs(instant: string): string {
  return `(extract(epoch FROM ${instant}) * 1000)::int8`;
}
