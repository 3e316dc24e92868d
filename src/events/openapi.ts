import {
  IDEMPOTENCY_KEY_PARAMETER,
  jsonRequest,
  jsonResponse,
  KEY,
  type OpenApiContribution,
  problemResponses,
} from "../http/openapi-parts.ts";
import { ANSWERED, PROBLEMS, SENT } from "./openapi-examples.ts";
import { CommerceEventSchema, CommerceEventsBodySchema, EventsAnswerSchema } from "./schema.ts";

const DESCRIPTION = `Tells what happened in your shop or on your site: one event as it is, or \`{"events": […]}\` with up to 500, which are judged one by one: a bad one costs no other. When all are rejected, so is the request: 400, with \`results\` and \`summary\` in the problem.

Each \`event_id\` is counted once, so sending again does no harm, be it in one request, in another or from two servers at once; the first that came is kept, whatever the others say. Endpoints that subscribe to its type or to \`commerce.*\` are told of each event that is accepted. Events are kept for 90 days.

Of people only hashes are taken, under names of your own: whatever else is sent as \`user_data\` rejects the event, is not kept, and not repeated in the answer. Names in it that are not among the suggested ones are not repeated either: the pointer is that of \`user_data\` then.

Needs a key with the scope \`events:write\`.

Codes of an event's \`errors\`: \`invalid\`, \`missing\`, \`unknown\`, \`nul\`, \`lone_surrogate\`, \`number_out_of_range\`, \`too_deep\`, \`future\` (too far ahead of now), \`too_old\` (more than 90 days ago).`;

/** What `events` adds to the OpenAPI document. */
export const eventsOpenApi: OpenApiContribution = {
  tag: { name: "Commerce events", description: "What happens in a partner's shop and on its site." },
  schemas: {
    CommerceEvents: CommerceEventsBodySchema,
    CommerceEvent: CommerceEventSchema,
    CommerceEventsAnswer: EventsAnswerSchema,
  },
  paths: {
    "/connect/v1/events": {
      post: {
        operationId: "trackEvents",
        summary: "Send commerce events",
        description: DESCRIPTION,
        tags: ["Commerce events"],
        security: KEY,
        parameters: [IDEMPOTENCY_KEY_PARAMETER],
        requestBody: jsonRequest("CommerceEvents", SENT),
        responses: {
          200: jsonResponse("What became of each event.", "CommerceEventsAnswer", {
            answer: { value: ANSWERED },
          }),
          ...problemResponses(...PROBLEMS),
        },
      },
    },
  },
};
