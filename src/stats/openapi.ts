import { jsonResponse, type OpenApiContribution, PERSON, problemResponses } from "../http/openapi-parts.ts";
import { openApiParameters } from "../http/query-parameters.ts";
import type { AdminMetrics } from "./metrics.ts";
import { ADMIN_METRICS_PARAMETERS } from "./parameters.ts";
import { AdminMetricsSchema } from "./schema.ts";

const METRICS: AdminMetrics = {
  as_of: "2026-11-21T10:00:12.000Z",
  counters: {
    since: "2026-11-01T00:00:00.000Z",
    requests: [{ route: "/inventory/nearby", method: "GET", status: 200, count: 1204 }],
    durations: [
      {
        route: "/inventory/nearby",
        count: 1204,
        sum_s: 7.7,
        buckets: [
          { le_s: 0.001, count: 1060 },
          { le_s: 5, count: 1204 },
        ],
      },
    ],
    nearby_answers: [
      { path: "cold", reason: "unknown", count: 131 },
      { path: "hot", reason: null, count: 1073 },
    ],
    limit_refusals: [{ policy: "nearby", count: 3 }],
    database_errors: [],
  },
  outbox: { oldest_undelivered_age_s: 0 },
  market: {
    as_of: "2026-11-21T09:59:40.000Z",
    partners: { pending: 1, approved: 2, suspended: 0 },
    locations: 5,
    snapshots: { partners: 2, oldest_at: "2026-11-21T09:00:00.000Z", newest_at: "2026-11-21T09:00:00.000Z" },
    items: {
      total: 40,
      by_availability: { in_stock: 31, low_stock: 4, out_of_stock: 3, on_request: 2, scheduled_only: 0 },
    },
    freshness: { fresh: 30, aging: 6, stale: 4, fresh_ratio: 0.75 },
    proof: {
      items_with_proof: 10,
      coverage: 0.25,
      by_kind: { shelf_snap: 8, count: 2, pos_sync: 0, assertion: 0 },
    },
  },
};

const inJson = jsonResponse("The figures.", "AdminMetrics", { figures: { value: METRICS } });

/** What operators can see of the service. */
export const statsOpenApi: OpenApiContribution = {
  tag: { name: "Operation", description: "How the service and the market are doing; for operators." },
  schemas: { AdminMetrics: AdminMetricsSchema },
  paths: {
    "/admin/metrics": {
      get: {
        operationId: "getAdminMetrics",
        summary: "How the service and the market are doing",
        description:
          "Requests, how nearby was answered, refusals and errors, counted by all instances of the service within seconds; how late the oldest event is that waits to be delivered; and the whole market, by the latest hourly snapshots. As JSON, or in Prometheus' text format when `format` or `Accept` asks for it. A part that cannot be read for the moment is null, and not there for Prometheus. Needs an operator's token.",
        tags: ["Operation"],
        security: PERSON,
        parameters: openApiParameters(ADMIN_METRICS_PARAMETERS),
        responses: {
          200: {
            ...inJson,
            content: {
              ...inJson.content,
              "text/plain": { schema: { type: "string" } },
            },
          },
          ...problemResponses(
            { code: "invalid_parameter", detail: "One parameter is not valid." },
            { code: "unauthorized", detail: "The token is not valid here: it must be an unexpired JWT." },
            { code: "forbidden", detail: "This needs a token with the role operator." },
          ),
        },
      },
    },
  },
};
