import type { Database } from "../db/client.ts";
import { wireId } from "../ids.ts";
import { type AttemptDeps, attemptDelivery } from "./attempt-delivery.ts";
import { type Claim, type ClaimedDelivery, claimDeliveries, nextDueMs } from "./claim-queries.ts";
import { type Outcome, recordOutcomes } from "./record-queries.ts";
import { nextAttemptMs } from "./retry-schedule.ts";
import type { SecretBox } from "./secret-box.ts";

export type DeliveryContext = AttemptDeps & {
  readonly database: Pick<Database, "queryRows" | "write">;
  readonly secretBox: Pick<SecretBox, "open">;
  /** By chance, from 0 to 1. */
  readonly random: () => number;
};

/** An invocation has six connections; one is the database's. */
const AT_ONCE = 5;
/** After so long, or so many claims, another invocation goes on: one may make 1,000 requests. */
const MAX_MS = 60_000;
const MAX_CLAIMS = 60;
/** Before trying again to claim what somebody else keeps from being claimed. */
const PAUSE_MS = 1000;

/**
 * Sends an endpoint (a UUID) what is due, until nothing is, a minute is over or 600 were sent. Returns when there is next
 * something to do, epoch milliseconds; undefined: not before something is written for it.
 * @throws {DatabaseUnavailable} when the database does not answer; what was claimed is sent again when its lease ends.
 */
export async function deliverToEndpoint(
  context: DeliveryContext,
  endpointId: string,
): Promise<number | undefined> {
  const { database, now } = context;
  const startedMs = now();
  for (let claims = 0; claims < MAX_CLAIMS && now() - startedMs < MAX_MS; claims++) {
    const claim = await claimDeliveries(database, endpointId, now());
    if (claim === undefined) {
      const dueMs = await nextDueMs(database, endpointId);
      return dueMs && Math.max(dueMs, now() + PAUSE_MS);
    }
    await recordOutcomes(database, claim, await sendAll(context, claim), now());
  }
  return now();
}

/** Sends what was claimed, a few at a time. */
async function sendAll(context: DeliveryContext, claim: Claim): Promise<Outcome[]> {
  const { endpointId, sealedSecrets, deliveries } = claim;
  const secrets = await Promise.all(
    sealedSecrets.map((sealed) => context.secretBox.open(sealed, endpointId)),
  );
  const outcomes: Outcome[] = [];
  const waiting = deliveries.values();
  const sendInTurn = async (): Promise<void> => {
    for (const delivery of waiting) outcomes.push(await send(context, claim.url, secrets, delivery));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendInTurn));
  return outcomes;
}

async function send(
  context: DeliveryContext,
  url: string,
  secrets: readonly string[],
  { deliveryId, eventId, eventType, payload, failures }: ClaimedDelivery,
): Promise<Outcome> {
  const wireEventId = wireId("evt", eventId);
  const result = await attemptDelivery(context, { url, secrets, eventId: wireEventId, eventType, payload });
  return { ...result, deliveryId, nextAttemptMs: retryMs(context, result, failures + 1) };
}

/** When to try again what failed so often; undefined when it did not, or never will succeed. */
function retryMs(
  { now, random }: DeliveryContext,
  { error, retryAfter }: Pick<Outcome, "error" | "retryAfter">,
  failures: number,
): number | undefined {
  if (error === null || error === "too_large") return undefined;
  return nextAttemptMs({ failures, atMs: now(), retryAfter, random: random() });
}
