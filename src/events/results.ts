import { errorsInResults } from "../http/entries.ts";
import { invalidBody } from "../http/problem.ts";
import type { RejectedEvent } from "./event.ts";
import type { EventResult, EventsAnswer } from "./schema.ts";

/** What became of a request's events, up to what the statement decides. */
export type EventsPlan = {
  readonly events: readonly { readonly index: number; readonly eventId: string }[];
  readonly rejected: readonly RejectedEvent[];
};

/** What a write of events comes to: the indexes of those that were new; kept for a day, and only then with its plan. */
export type EventsOutcome = readonly [plan: EventsPlan | null, accepted: readonly number[]];

/** The answer that tells what became of each event. */
export function answerOf(plan: EventsPlan, [kept, accepted]: EventsOutcome): EventsAnswer {
  const { events, rejected } = kept ?? plan;
  const isNew = new Set(accepted);
  const results = [
    ...rejected.map(
      ({ index, eventId, errors }): EventResult => ({
        index,
        event_id: eventId,
        status: "rejected",
        errors: [...errors],
      }),
    ),
    ...events.map(
      ({ index, eventId }): EventResult => ({
        index,
        event_id: eventId,
        status: isNew.has(index) ? "accepted" : "duplicate",
      }),
    ),
  ].sort((a, b) => a.index - b.index);
  const countOf = (status: EventResult["status"]) =>
    results.filter((result) => result.status === status).length;
  const summary = {
    accepted: countOf("accepted"),
    duplicate: countOf("duplicate"),
    rejected: countOf("rejected"),
  };
  return { results, summary };
}

/**
 * The answer, unless it is that every event was rejected.
 * @throws {Problem} 400 then.
 */
export function unlessAllRejected(answer: EventsAnswer): EventsAnswer {
  if (answer.summary.rejected < answer.results.length) return answer;
  throw invalidBody(errorsInResults(answer.results), answer);
}
