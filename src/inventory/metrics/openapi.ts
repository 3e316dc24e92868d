import {
  KEY,
  type OpenApiContribution,
  PERSON,
  problemResponses,
  REQUEST_ID_HEADER,
  SERVER_URL,
  schemaRef,
  UNAVAILABLE,
} from "../../http/openapi-parts.ts";
import { openApiParameters } from "../../http/query-parameters.ts";
import { METRICS, PROMETHEUS } from "./openapi-examples.ts";
import { METRICS_PARAMETERS } from "./parameters.ts";
import { InventoryMetricsSchema } from "./schema.ts";

const text = (description: string) => ({ description, schema: { type: "string" } });

const HEADERS = {
  ...REQUEST_ID_HEADER,
  ETag: text("Of exactly this body. Send it back in `If-None-Match` to be told when nothing is new."),
  "Cache-Control": text("`private`, and for how many seconds the same question gets the same answer."),
  Vary: text("`Accept`."),
};

const IF_NONE_MATCH_PARAMETER = {
  name: "If-None-Match",
  in: "header",
  required: false,
  description: "The `ETag` of the answer that you have: 304 if it is still the one.",
  schema: { type: "string" },
};

const CURL = `curl -G ${SERVER_URL}/inventory/metrics \\
  -H "Authorization: Bearer $SNAPACT_CONNECT_API_KEY"`;

/** What metrics add to the OpenAPI document. */
export const metricsOpenApi: OpenApiContribution = {
  tag: { name: "Metrics", description: "How true the inventory is, for dashboards." },
  schemas: { InventoryMetrics: InventoryMetricsSchema },
  paths: {
    "/inventory/metrics": {
      get: {
        operationId: "findMetrics",
        summary: "How true the inventory is",
        description:
          "Availability, freshness, proof and stock alerts of a partner's listed rows, in all, by category and by location, with an hourly history. Figures are exact as of `as_of`, computed at most once a minute however many poll; the same numbers come as JSON and as Prometheus text. Needs a Connect key with the scope `metrics:read`, a partner's token, or an operator's with `partner_id`.",
        tags: ["Metrics"],
        security: [...KEY, ...PERSON],
        parameters: [...openApiParameters(METRICS_PARAMETERS), IF_NONE_MATCH_PARAMETER],
        responses: {
          200: {
            description: "The figures.",
            headers: HEADERS,
            content: {
              "application/json": {
                schema: schemaRef("InventoryMetrics"),
                examples: { figures: { summary: "Of a whole partner", value: METRICS } },
              },
              "text/plain": { schema: { type: "string", examples: [PROMETHEUS] } },
            },
          },
          304: { description: "You have it already.", headers: HEADERS },
          ...problemResponses(
            {
              code: "invalid_parameter",
              detail: "One parameter is not valid.",
              errors: [
                {
                  parameter: "window",
                  code: "invalid",
                  detail: `window must be ${METRICS_PARAMETERS.window.mustBe}`,
                },
              ],
            },
            { code: "unauthorized", detail: "This key is not known, has expired or was revoked." },
            { code: "forbidden", detail: "This needs a key with the scope metrics:read." },
            { code: "not_found", detail: 'There is no location with the location_ref "yaba-9".' },
            UNAVAILABLE,
          ),
        },
        "x-codeSamples": [
          { lang: "Shell", label: "Everything, with a day of history", source: CURL },
          {
            lang: "Shell",
            label: "One shop, for Prometheus",
            source: `${CURL} \\
  -d location_ref=yaba-1 -d format=prometheus`,
          },
        ],
      },
    },
  },
};
