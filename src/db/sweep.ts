import type { Database } from "./client.ts";

/** How many rows a statement that sweeps takes away at most. */
export const SWEEP_BATCH = 5000;
const MAX_BATCHES = 20;

/**
 * Repeats a statement that takes away at most `SWEEP_BATCH` rows and returns each, until it finds fewer; returns how many
 * went, at most 100,000.
 */
export async function sweepInBatches(
  database: Pick<Database, "write">,
  text: string,
  values: readonly unknown[] = [],
): Promise<number> {
  let swept = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch++) {
    const gone = await database.write(text, values);
    swept += gone.length;
    if (gone.length < SWEEP_BATCH) break;
  }
  return swept;
}
