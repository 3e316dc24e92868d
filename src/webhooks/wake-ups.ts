import type { WaitUntil } from "../auth/shared-lookup.ts";
import { loggableError } from "../db/errors.ts";
import type { Log } from "../http/router.ts";
import { isUuid } from "../ids.ts";

/** What a message of the queue asks for. What there is to do stands in Postgres: a message that is lost costs time alone. */
export type WakeUp =
  | { readonly kind: "fan_out" }
  /** `endpoint_id` is a UUID. */
  | { readonly kind: "endpoint"; readonly endpoint_id: string };

/** As much of a Cloudflare queue as is used. */
export type WakeUpQueue = {
  readonly send: (message: WakeUp, options?: { readonly delaySeconds: number }) => Promise<unknown>;
  /** At most `MAX_QUEUE_BATCH` messages. */
  readonly sendBatch: (messages: readonly { readonly body: WakeUp }[]) => Promise<unknown>;
};

const MAX_QUEUE_BATCH = 100;

/** What those who write call once it is done; nothing that they wait for, nor that fails them. */
export type WakeUps = {
  /** There may be new events. */
  readonly eventsWritten: () => void;
  /** There are new deliveries of the endpoint (a UUID) that are due now. */
  readonly endpointIsDue: (endpointId: string) => void;
};

type WakeUpsDeps = {
  /** Undefined: nobody is woken. */
  readonly queue: WakeUpQueue | undefined;
  readonly log: Log;
  readonly now: () => number;
  readonly waitUntil: WaitUntil;
};

/** A message waits this long for all that is written meanwhile: an isolate sends no second one before. */
const GATHER_S = 1;

/** Wakes whoever delivers. When that fails it is logged, and the next run of the cron trigger finds what is to be done. */
export function createWakeUps({ queue, log, now, waitUntil }: WakeUpsDeps): WakeUps {
  let gatheringSinceMs: number | undefined;
  const sendBehind = async (message: WakeUp, delaySeconds: number): Promise<void> => {
    try {
      await queue?.send(message, { delaySeconds });
    } catch (error) {
      gatheringSinceMs = undefined;
      log({ level: "warning", code: "webhooks_not_woken", ...loggableError(error) });
    }
  };
  return {
    eventsWritten() {
      const nowMs = now();
      if (gatheringSinceMs !== undefined && Math.abs(nowMs - gatheringSinceMs) < 1000 * GATHER_S) return;
      gatheringSinceMs = nowMs;
      waitUntil(sendBehind({ kind: "fan_out" }, GATHER_S));
    },
    endpointIsDue: (endpointId) => waitUntil(sendBehind({ kind: "endpoint", endpoint_id: endpointId }, 0)),
  };
}

/** Sends a message for each endpoint, so that each is delivered to by itself. */
export async function wakeEndpoints(queue: WakeUpQueue, endpointIds: readonly string[]): Promise<void> {
  for (let i = 0; i < endpointIds.length; i += MAX_QUEUE_BATCH) {
    const some = endpointIds.slice(i, i + MAX_QUEUE_BATCH);
    await queue.sendBatch(some.map((endpoint_id) => ({ body: { kind: "endpoint", endpoint_id } })));
  }
}

/** The message, or undefined when it is of another version of this Worker, or of nobody. */
export function readWakeUp(message: unknown): WakeUp | undefined {
  if (typeof message !== "object" || message === null || !("kind" in message)) return undefined;
  if (message.kind === "fan_out") return { kind: "fan_out" };
  if (message.kind !== "endpoint" || !("endpoint_id" in message)) return undefined;
  const { endpoint_id } = message;
  return isUuid(endpoint_id) ? { kind: "endpoint", endpoint_id } : undefined;
}
