import type { Database } from "../../db/client.ts";
import type { SnapshotRow, SummaryRows } from "./counted.ts";
import type { HistoryWindow } from "./metrics.ts";
import type { MetricsScope } from "./scope.ts";
import { recomputeStatement, storedStatement, turnStatement } from "./summary-statement.ts";

/** A summary as stored, with the snapshots of the window before it. */
export type StoredSummary = {
  readonly kind: "summary";
  readonly asOfMs: number;
  readonly rows: SummaryRows;
  readonly history: readonly SnapshotRow[];
};

type NoSummary = { readonly kind: "no_partner" | "no_location" };

/** The summary that is stored, if it is less than a minute old. */
export async function readSummary(
  database: Pick<Database, "queryRows">,
  scope: MetricsScope,
  window: HistoryWindow,
  nowMs: number,
): Promise<StoredSummary | undefined> {
  const { text, values } = storedStatement(scope, window, nowMs);
  const [row] = await database.queryRows(text, values);
  return row === undefined ? undefined : summaryOf(row);
}

/**
 * The same, computed and stored if there is none: once, however many ask at a time. Everything committed before `nowMs`
 * is in it.
 */
export async function recomputeSummary(
  database: Pick<Database, "writeBatch">,
  scope: MetricsScope,
  window: HistoryWindow,
  nowMs: number,
): Promise<StoredSummary | NoSummary> {
  const [row = []] = await database.writeBatch([
    turnStatement(scope.partnerId),
    recomputeStatement(scope, window, nowMs),
  ]);
  const missing = row[3] as "partner" | "location" | null;
  if (typeof row[0] === "number") return summaryOf(row);
  return { kind: missing === "location" ? "no_location" : "no_partner" };
}

function summaryOf([asOfMs, rows, history]: readonly unknown[]): StoredSummary {
  return { kind: "summary", asOfMs, rows, history } as StoredSummary;
}
