import { type AuthDeps, authenticate } from "../auth/authenticate.ts";
import { requireRole } from "../auth/authorize.ts";
import { requestQueryReader } from "../http/list-parameters.ts";
import { acceptedFormat } from "../http/metrics-format.ts";
import { PROMETHEUS_CONTENT_TYPE } from "../http/prometheus.ts";
import type { RouteHandler } from "../http/router.ts";
import { ADMIN_METRICS_PARAMETERS } from "./parameters.ts";
import { prometheusText } from "./prometheus.ts";
import { type MetricsContext, readMetrics } from "./read-metrics.ts";

const readQuery = requestQueryReader(ADMIN_METRICS_PARAMETERS);

/** `GET /admin/metrics`, for operators. */
export function adminMetricsRoute(deps: MetricsContext & { readonly auth: AuthDeps }): RouteHandler {
  return async (c) => {
    const request = c.req.raw;
    requireRole(await authenticate(request, deps.auth, deps.now()), "operator");
    const format = readQuery(request).format ?? acceptedFormat(request.headers.get("Accept"));
    const metrics = await readMetrics(deps);
    const headers = { Vary: "Accept" };
    if (format === "json") return c.json(metrics, 200, headers);
    return c.body(prometheusText(metrics), 200, { ...headers, "Content-Type": PROMETHEUS_CONTENT_TYPE });
  };
}
