export type { BatchOptions, Progress } from "./batch.ts";
export type { CatalogApi, CatalogWriteOptions } from "./catalog.ts";
export { SnapActConnect } from "./connect.ts";
export {
  type SignatureFailure,
  SnapActApiError,
  SnapActBatchError,
  SnapActConnectionError,
  SnapActError,
  SnapActSignatureError,
  SnapActTimeoutError,
} from "./errors.ts";
export type { EventsApi, TrackOptions } from "./events.ts";
export type { InventoryApi } from "./inventory.ts";
export type { LocationsApi } from "./locations.ts";
export type { CallOptions, Fetch, FetchedResponse, SnapActConnectOptions, WriteOptions } from "./options.ts";
export type { OrdersApi } from "./orders.ts";
export {
  type VerifyOptions,
  verifyWebhookSignature,
  type WebhookHeaders,
  type WebhookParts,
} from "./verify-webhook-signature.ts";
export type {
  CatalogItem,
  CatalogPage,
  CatalogQuery,
  CatalogReport,
  CatalogResult,
  CatalogStatus,
  ItemInput,
  ItemName,
  ItemPatch,
  ProofInput,
} from "./wire/catalog.ts";
export type { CommerceEvent, EventReport, EventResult, EventStatus, HashedUser } from "./wire/events.ts";
export type {
  Delivery,
  DeliveryPoint,
  NearbyFilters,
  NearbyItem,
  NearbyPage,
  NearbyQuery,
  Proof,
} from "./wire/inventory.ts";
export type {
  DeletedLocation,
  Location,
  LocationInput,
  LocationPage,
  OpeningHours,
  PageQuery,
} from "./wire/locations.ts";
export type { Alert, Figures, InventoryMetrics, MetricsQuery, Offender } from "./wire/metrics.ts";
export type {
  NextOrderStatus,
  Order,
  OrderLine,
  OrderPage,
  OrderStatus,
  OrdersQuery,
} from "./wire/orders.ts";
export type { BodyError, InputError, Problem, ProblemCode } from "./wire/problem.ts";
export type { Availability, Page, Price, VerificationMethod } from "./wire/stock.ts";
export type {
  CatalogEventName,
  CatalogItemDeleted,
  CatalogItemUpserted,
  CommerceEventReceived,
  OrderPaid,
  OrderStatusUpdated,
  WebhookEvent,
  WebhookTest,
} from "./wire/webhooks.ts";
