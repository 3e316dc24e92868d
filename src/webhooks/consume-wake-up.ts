import type { Database } from "../db/client.ts";
import type { Log } from "../http/router.ts";
import { FAN_OUT_BATCH, fanOut } from "./fan-out-queries.ts";
import { readWakeUp, type WakeUpQueue, wakeEndpoints } from "./wake-ups.ts";

export type ConsumerDeps = {
  readonly database: Pick<Database, "write">;
  readonly queue: WakeUpQueue;
  /** Has the endpoint's sender begin, and returns before it has sent anything. */
  readonly wakeSender: (endpointId: string) => Promise<void>;
  readonly log: Log;
  readonly now: () => number;
};

/** How many statements one message causes at most; the next message goes on. */
const MAX_FAN_OUTS = 20;

/**
 * Does what a message of the queue asks for. It never waits for a receiver: the platform hands out the next message of a
 * queue when one is done.
 * @throws when it could not be done: the message is to come again.
 */
export async function consumeWakeUp(deps: ConsumerDeps, message: unknown): Promise<void> {
  const wakeUp = readWakeUp(message);
  switch (wakeUp?.kind) {
    case "fan_out":
      return await fanOutAll(deps);
    case "endpoint":
      return await deps.wakeSender(wakeUp.endpoint_id);
    default:
      deps.log({ level: "warning", code: "unknown_wake_up" });
  }
}

async function fanOutAll({ database, queue, now }: ConsumerDeps): Promise<void> {
  for (let i = 0; i < MAX_FAN_OUTS; i++) {
    const { events, endpointIds } = await fanOut(database, now());
    await wakeEndpoints(queue, endpointIds);
    if (events < FAN_OUT_BATCH) return;
  }
  await queue.send({ kind: "fan_out" });
}
