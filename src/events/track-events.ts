import { writeNothing, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import type { EventsContext } from "./context.ts";
import { firstOfEachName } from "./event.ts";
import { writeEvents } from "./event-statement.ts";
import type { EventsRequest } from "./read-events.ts";
import { answerOf, type EventsOutcome, unlessAllRejected } from "./results.ts";
import type { EventsAnswer } from "./schema.ts";

/**
 * Keeps the request's events that are new, tells the partner's endpoints of them, and says what became of each.
 * @throws {Problem} 400, with the results, when every event is rejected.
 */
export async function trackEvents(
  { database, now }: EventsContext,
  partnerId: string,
  { events, rejected, key }: EventsRequest,
): Promise<EventsAnswer> {
  const plan = { events: events.map(({ index, eventId }) => ({ index, eventId })), rejected };
  if (events.length === 0) {
    // What is rejected now may have been accepted when the first request with this key was done.
    const earlier = key && settled(await writeOnce(database, writeNothing, key));
    const outcome = earlier?.kind === "done" ? (earlier.outcome as EventsOutcome) : NOTHING;
    return unlessAllRejected(answerOf(plan, outcome));
  }
  const write = writeEvents({
    partnerId,
    events: firstOfEachName(events),
    plan: key === undefined ? null : plan,
    nowMs: now(),
  });
  const result = settled(await writeOnce(database, write, key));
  if (result.kind === "refused") throw new Error("events were refused as a whole");
  return answerOf(plan, result.outcome as EventsOutcome);
}

const NOTHING: EventsOutcome = [null, []];
