import { type AuditEntry, auditCte } from "../db/audit.ts";
import type { Database } from "../db/client.ts";
import { newestRows } from "../db/newest-rows.ts";
import { type Bind, bindInstant } from "../db/statement-values.ts";
import type { Write } from "../db/write-once.ts";
import type { KeyRow } from "./records.ts";

/** All but `sha256`, which is nobody's business. */
const COLUMN_NAMES = [
  "key_id",
  "label",
  "prefix",
  "scopes",
  "created_at",
  "last_used_at",
  "expires_at",
  "revoked_at",
];
const COLUMNS = COLUMN_NAMES.join(", ");

/** A key that is to be, as far as it is kept. `sha256` is hexadecimal. */
export type KeyToBe = {
  readonly keyId: string;
  readonly prefix: string;
  readonly sha256: string;
  readonly expiresAt: string | null;
};

const KEEPER = (bind: Bind, partnerId: string) =>
  `keeper AS (SELECT p.status FROM partners p, permit WHERE p.partner_id = ${bind(partnerId, "uuid")})`;
const WHY_NOT = `CASE WHEN NOT EXISTS (SELECT FROM keeper) THEN 'no_partner'
    WHEN EXISTS (SELECT FROM keeper WHERE status <> 'approved') THEN 'not_approved'`;

/** Creates a key of an approved partner, and records it. Refused: `no_partner`, `not_approved`. */
export function insertKey(
  partnerId: string,
  key: KeyToBe & { readonly label: string; readonly scopes: readonly string[] },
  audit: AuditEntry,
): Write {
  return (bind) => [
    KEEPER(bind, partnerId),
    `created AS (${insertion(bind, {
      key,
      partnerId: bind(partnerId, "uuid"),
      label: bind(key.label, "text"),
      scopes: bind(key.scopes, "text[]"),
      atMs: audit.atMs,
      from: "keeper WHERE status = 'approved'",
    })})`,
    auditCte(bind, audit, { from: "created", partnerId: "partner_id", subjectId: "key_id" }),
    `shown AS (SELECT ${COLUMNS} FROM created)`,
    `result AS (SELECT (SELECT row_to_json(shown) FROM shown) AS outcome, ${WHY_NOT} END AS refusal FROM permit)`,
  ];
}

/**
 * Creates a key with the label and scopes of one that opens doors now, lets that one expire `overlapS` seconds later
 * at the latest, and records it. Refused: `no_partner`, `not_approved`, `not_found`, `not_active`.
 */
export function replaceKey(
  { partnerId, keyId }: { readonly partnerId: string; readonly keyId: string },
  successor: KeyToBe,
  overlapS: number,
  audit: AuditEntry,
): Write {
  return (bind) => {
    const at = bindInstant(bind, audit.atMs);
    const overlapEnd = bindInstant(bind, audit.atMs + overlapS * 1000);
    return [
      KEEPER(bind, partnerId),
      presentKey(bind, partnerId, keyId),
      `replaced AS (
  UPDATE api_keys k SET expires_at = least(coalesce(present.expires_at, 'infinity'), ${overlapEnd})
  FROM present, keeper
  WHERE k.partner_id = present.partner_id AND k.key_id = present.key_id AND keeper.status = 'approved'
    AND present.revoked_at IS NULL AND (present.expires_at IS NULL OR present.expires_at > ${at})
  RETURNING k.partner_id, k.key_id, k.label, k.scopes)`,
      `created AS (${insertion(bind, {
        key: successor,
        partnerId: "partner_id",
        label: "label",
        scopes: "scopes",
        atMs: audit.atMs,
        from: "replaced",
      })})`,
      auditCte(bind, audit, { from: "replaced", partnerId: "partner_id", subjectId: "key_id" }),
      `shown AS (SELECT ${COLUMNS} FROM created)`,
      `result AS (
  SELECT (SELECT row_to_json(shown) FROM shown) AS outcome,
    ${WHY_NOT} WHEN NOT EXISTS (SELECT FROM present) THEN 'not_found'
    WHEN NOT EXISTS (SELECT FROM replaced) THEN 'not_active' END AS refusal FROM permit)`,
    ];
  };
}

/** Revokes a key, and records it; a revoked one stays as it is. Refused: `not_found`. */
export function revokeKey(partnerId: string, keyId: string, audit: AuditEntry): Write {
  return (bind) => [
    presentKey(bind, partnerId, keyId),
    `changed AS (
  UPDATE api_keys k SET revoked_at = ${bindInstant(bind, audit.atMs)} FROM present
  WHERE k.partner_id = present.partner_id AND k.key_id = present.key_id AND present.revoked_at IS NULL RETURNING k.*)`,
    auditCte(bind, audit, { from: "changed", partnerId: "partner_id", subjectId: "key_id" }),
    `standing AS (
  SELECT ${COLUMNS} FROM changed UNION ALL SELECT ${COLUMNS} FROM present WHERE NOT EXISTS (SELECT FROM changed))`,
    `result AS (
  SELECT (SELECT row_to_json(standing) FROM standing) AS outcome,
    CASE WHEN NOT EXISTS (SELECT FROM present) THEN 'not_found' END AS refusal FROM permit)`,
  ];
}

/** At most `rows` keys of the partner, the newest first, after the one of id `after`. */
export async function readKeys(
  database: Database,
  { partnerId, after, rows }: { partnerId: string; after: string | undefined; rows: number },
): Promise<KeyRow[]> {
  const found = await newestRows(database, {
    table: "api_keys",
    id: "key_id",
    columns: COLUMNS,
    where: (bind) => [`partner_id = ${bind(partnerId, "uuid")}`],
    after,
    rows,
  });
  return found as KeyRow[];
}

/** The partner's key of this id, locked, so that this is how it stands now. */
function presentKey(bind: Bind, partnerId: string, keyId: string): string {
  return `present AS (
  SELECT k.* FROM api_keys k, permit
  WHERE k.partner_id = ${bind(partnerId, "uuid")} AND k.key_id = ${bind(keyId, "uuid")} FOR UPDATE OF k)`;
}

function insertion(
  bind: Bind,
  row: {
    readonly key: KeyToBe;
    readonly partnerId: string;
    readonly label: string;
    readonly scopes: string;
    readonly atMs: number;
    readonly from: string;
  },
): string {
  const { key, partnerId, label, scopes, atMs, from } = row;
  return `
  INSERT INTO api_keys (key_id, partner_id, label, prefix, sha256, scopes, created_at, expires_at)
  SELECT ${bind(key.keyId, "uuid")}, ${partnerId}, ${label}, ${bind(key.prefix, "text")},
    decode(${bind(key.sha256, "text")}, 'hex'), ${scopes}, ${bindInstant(bind, atMs)}, ${bind(key.expiresAt, "timestamptz")}
  FROM ${from} RETURNING *`;
}
