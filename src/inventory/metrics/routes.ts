import { type AuthDeps, authenticate } from "../../auth/authenticate.ts";
import type { WaitUntil } from "../../auth/shared-lookup.ts";
import type { Database } from "../../db/client.ts";
import { entityTag, isKnown } from "../../http/entity-tag.ts";
import { requestQueryReader } from "../../http/list-parameters.ts";
import { acceptedFormat, type MetricsFormat } from "../../http/metrics-format.ts";
import { PROMETHEUS_CONTENT_TYPE } from "../../http/prometheus.ts";
import type { RouteHandler } from "../../http/router.ts";
import { findMetrics } from "./find-metrics.ts";
import { type InventoryMetrics, SUMMARY_LIFE_MS } from "./metrics.ts";
import { metricsPartner } from "./metrics-partner.ts";
import { METRICS_PARAMETERS } from "./parameters.ts";
import { prometheusText } from "./prometheus.ts";
import { createSharedMetrics } from "./shared-metrics.ts";

const readMetricsQuery = requestQueryReader(METRICS_PARAMETERS);

const RENDERED: Readonly<
  Record<
    MetricsFormat,
    { readonly contentType: string; readonly render: (metrics: InventoryMetrics) => string }
  >
> = {
  json: { contentType: "application/json", render: (metrics) => JSON.stringify(metrics) },
  prometheus: { contentType: PROMETHEUS_CONTENT_TYPE, render: prometheusText },
};

/** `GET /inventory/metrics`, for keys with `metrics:read`, partners and operators. */
export function metricsRoute({
  database,
  auth,
  waitUntil,
  now,
}: {
  readonly database: Database;
  readonly auth: AuthDeps;
  readonly waitUntil: WaitUntil;
  readonly now: () => number;
}): RouteHandler {
  const context = { sharedMetrics: createSharedMetrics({ database, waitUntil, now }), now };
  return async (c) => {
    const request = c.req.raw;
    const principal = await authenticate(request, auth, now());
    const query = readMetricsQuery(request);
    const metrics = await findMetrics(context, {
      partnerId: metricsPartner(principal, query.partner_id),
      locationRef: query.location_ref ?? null,
      category: query.category ?? null,
      window: query.window,
    });
    return await answer(
      request,
      metrics,
      query.format ?? acceptedFormat(request.headers.get("Accept")),
      now(),
    );
  };
}

async function answer(
  request: Request,
  metrics: InventoryMetrics,
  format: MetricsFormat,
  nowMs: number,
): Promise<Response> {
  const { contentType, render } = RENDERED[format];
  const body = render(metrics);
  const tag = await entityTag(body);
  const headers = {
    ETag: tag,
    "Cache-Control": `private, max-age=${secondsLeft(metrics, nowMs)}`,
    Vary: "Accept",
  };
  if (isKnown(tag, request.headers.get("If-None-Match"))) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, "Content-Type": contentType } });
}

/** For how long the same question gets the same answer. */
function secondsLeft({ as_of }: InventoryMetrics, nowMs: number): number {
  const leftMs = Date.parse(as_of) + SUMMARY_LIFE_MS - nowMs;
  return Math.floor(Math.max(0, Math.min(leftMs, SUMMARY_LIFE_MS)) / 1000);
}
