import type { Database } from "../db/client.ts";
import { dueEndpoints, hasPendingEvents } from "./claim-queries.ts";
import { failDisabled } from "./record-queries.ts";
import { type WakeUpQueue, wakeEndpoints } from "./wake-ups.ts";

/** Wakes whoever should have been woken already: messages, alarms and whole Workers get lost. For the cron trigger. */
export async function wakeMissed(
  database: Pick<Database, "queryRows" | "write">,
  queue: WakeUpQueue,
  nowMs: number,
): Promise<void> {
  if (await hasPendingEvents(database)) await queue.send({ kind: "fan_out" });
  await wakeEndpoints(queue, await dueEndpoints(database, nowMs));
  await failDisabled(database, nowMs);
}
