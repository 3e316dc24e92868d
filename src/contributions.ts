import { catalogOpenApi } from "./catalog/openapi.ts";
import { eventsOpenApi } from "./events/openapi.ts";
import type { OpenApiContribution } from "./http/openapi-parts.ts";
import { metricsOpenApi } from "./inventory/metrics/openapi.ts";
import { inventoryOpenApi } from "./inventory/openapi.ts";
import { locationsOpenApi } from "./locations/openapi.ts";
import { ordersOpenApi } from "./orders/openapi.ts";
import { partnersOpenApi } from "./partners/openapi.ts";
import { statsOpenApi } from "./stats/openapi.ts";
import { webhooksOpenApi } from "./webhooks/openapi.ts";

/** What each capability adds to the OpenAPI document, in the order in which it is shown. */
export const OPEN_API_CONTRIBUTIONS: readonly OpenApiContribution[] = [
  inventoryOpenApi,
  metricsOpenApi,
  catalogOpenApi,
  locationsOpenApi,
  ordersOpenApi,
  eventsOpenApi,
  partnersOpenApi,
  webhooksOpenApi,
  statsOpenApi,
];
