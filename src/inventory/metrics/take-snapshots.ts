import type { Database } from "../../db/client.ts";
import { partnersWithoutSnapshot, sweepSnapshots, sweepSummaries, takeSnapshot } from "./snapshot-queries.ts";

type SnapshotDeps = {
  readonly database: Pick<Database, "queryRows" | "write">;
  readonly now: () => number;
};

/** A run does no more than this; the next goes on where it ended. */
const MAX_PARTNERS = 500;
const MAX_RUN_MS = 10_000;

/**
 * Takes the snapshots of this hour that have not been taken yet, of approved partners, and returns how many. What it does
 * not come to within ten seconds is left to the next run; hours in which nobody ran it stay without.
 * A partner of which none could be taken keeps none of the others; its error is thrown at the end.
 */
export async function takeSnapshots({ database, now }: SnapshotDeps): Promise<number> {
  const startedMs = now();
  let taken = 0;
  let failure: { readonly error: unknown } | undefined;
  for (const partnerId of await partnersWithoutSnapshot(database, startedMs, MAX_PARTNERS)) {
    const nowMs = now();
    if (nowMs - startedMs > MAX_RUN_MS) break;
    try {
      if (await takeSnapshot(database, partnerId, nowMs)) taken++;
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure !== undefined) throw failure.error;
  return taken;
}

/** Forgets snapshots after 90 days, and summaries that nobody asks for; returns how many, at most 100,000 of each. */
export async function sweepMetrics({
  database,
  now,
}: SnapshotDeps): Promise<{ readonly snapshots: number; readonly summaries: number }> {
  return {
    snapshots: await sweepSnapshots(database, now()),
    summaries: await sweepSummaries(database, now()),
  };
}
