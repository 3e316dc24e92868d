import { FORMAT_PARAMETER } from "../http/metrics-format.ts";

/** The query parameters of `GET /admin/metrics`. */
export const ADMIN_METRICS_PARAMETERS = { format: FORMAT_PARAMETER };
