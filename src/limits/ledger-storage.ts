import type { GrantRecord } from "./grant-records.ts";
import type { Charge, LedgerChanges, LedgerRecords } from "./ledger.ts";

const CREATE_TABLES = `
  CREATE TABLE IF NOT EXISTS charges (expires_at_ms INTEGER PRIMARY KEY, permits INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS grants (
    holder TEXT NOT NULL, seq INTEGER NOT NULL, granted INTEGER NOT NULL, returned INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL, PRIMARY KEY (holder, seq)
  ) WITHOUT ROWID`;

/** As much of an object's `SqlStorage` as a ledger needs. */
type Sql = {
  exec<Row extends Record<string, string | number>>(
    sql: string,
    ...values: (string | number)[]
  ): { toArray(): Row[] };
};

/** Reads what is stored of a ledger, for which there may not be a table yet. */
export function readLedger(sql: Sql): LedgerRecords {
  sql.exec(CREATE_TABLES);
  return {
    charges: sql
      .exec<Charge>("SELECT expires_at_ms AS expiresAtMs, permits FROM charges ORDER BY expires_at_ms")
      .toArray(),
    grants: sql
      .exec<GrantRecord>(
        "SELECT holder, seq, granted, returned, expires_at_ms AS expiresAtMs FROM grants ORDER BY expires_at_ms, seq",
      )
      .toArray(),
  };
}

/** Stores what has changed: a few rows. */
export function writeLedger(sql: Sql, changes: LedgerChanges): void {
  const { charges, grants, forgotten, chargesExpiredAtMs } = changes;
  if (chargesExpiredAtMs !== undefined) {
    sql.exec("DELETE FROM charges WHERE expires_at_ms <= ?", chargesExpiredAtMs);
  }
  for (const { expiresAtMs, permits } of charges) {
    if (permits === 0) sql.exec("DELETE FROM charges WHERE expires_at_ms = ?", expiresAtMs);
    else sql.exec("INSERT OR REPLACE INTO charges VALUES (?, ?)", expiresAtMs, permits);
  }
  for (const { holder, seq, granted, returned, expiresAtMs } of grants) {
    sql.exec(
      "INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?, ?)",
      holder,
      seq,
      granted,
      returned,
      expiresAtMs,
    );
  }
  // Last: a grant may be given back and forgotten by the same call.
  for (const { holder, seq } of forgotten) {
    sql.exec("DELETE FROM grants WHERE holder = ? AND seq = ?", holder, seq);
  }
}
