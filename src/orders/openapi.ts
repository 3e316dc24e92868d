import {
  IDEMPOTENCY_KEY_PARAMETER,
  jsonRequest,
  jsonResponse,
  KEY,
  type OpenApiContribution,
  PERSON,
  pathIdParameter,
  problemResponses,
} from "../http/openapi-parts.ts";
import { openApiParameters } from "../http/query-parameters.ts";
import {
  BAD_PARAMETER,
  CONFIRMED,
  KNOWN,
  KNOWN_TO_MARKETPLACES,
  NO_QUERY,
  NO_SUCH_ORDER,
  NO_SUCH_PARTNER,
  NOT_THERE,
  ORDERED,
  PAID,
  SHORT,
  STATUS_WRITES,
  TOO_MUCH,
  WRITES,
} from "./openapi-examples.ts";
import { ORDERS_PARAMETERS } from "./parameters.ts";
import { OrderBodySchema, OrderListSchema, OrderSchema, StatusBodySchema } from "./schema.ts";

const ORDER_ID = pathIdParameter("order_id", "ord", "Which order.");

/** What `orders` adds to the OpenAPI document. */
export const ordersOpenApi: OpenApiContribution = {
  tag: {
    name: "Orders",
    description: "What was paid for: placed by the marketplace, fulfilled by the partner.",
  },
  schemas: {
    OrderBody: OrderBodySchema,
    Order: OrderSchema,
    OrderList: OrderListSchema,
    OrderStatusBody: StatusBodySchema,
  },
  paths: {
    "/orders": {
      post: {
        operationId: "placeOrder",
        summary: "Place a paid order",
        description:
          "Reserves the goods and tells the partner (`order.paid`), or answers `insufficient_stock` with what is left of each line and reserves nothing. Prices are those of now. Send an `Idempotency-Key`: an order repeated without one is another order. Needs a token with the role `marketplace`.",
        tags: ["Orders"],
        security: PERSON,
        parameters: [IDEMPOTENCY_KEY_PARAMETER],
        requestBody: jsonRequest("OrderBody", ORDERED),
        responses: {
          201: jsonResponse("The order.", "Order", { placed: { value: PAID } }),
          ...problemResponses(
            NO_QUERY,
            ...KNOWN_TO_MARKETPLACES,
            ...WRITES,
            NO_SUCH_PARTNER,
            SHORT,
            TOO_MUCH,
          ),
        },
      },
    },
    "/connect/v1/orders": {
      get: {
        operationId: "listOrders",
        summary: "Your orders",
        description: "The newest first. Needs a key with the scope `orders:write`.",
        tags: ["Orders"],
        security: KEY,
        parameters: openApiParameters(ORDERS_PARAMETERS),
        responses: {
          200: jsonResponse("A page of orders.", "OrderList", {
            page: { value: { items: [PAID], next_cursor: null } },
          }),
          ...problemResponses(BAD_PARAMETER, ...KNOWN),
        },
      },
    },
    "/connect/v1/orders/{order_id}": {
      get: {
        operationId: "getOrder",
        summary: "An order",
        description: "With to whom it goes. Needs a key with the scope `orders:write`.",
        tags: ["Orders"],
        security: KEY,
        parameters: [ORDER_ID],
        responses: {
          200: jsonResponse("The order.", "Order", { order: { value: PAID } }),
          ...problemResponses(NO_QUERY, ...KNOWN, NO_SUCH_ORDER),
        },
      },
      patch: {
        operationId: "updateOrderStatus",
        summary: "Move an order on",
        description:
          "Along `paid`, `confirmed`, `preparing`, `ready`, `on_the_way`, `delivered`, never back; steps may be left out. The first step past `paid` ends the reservation and takes the goods from your count; your next count replaces it. `cancelled`, before `delivered`, releases the reservation or gives back what was taken, unless you have counted since. The status that the order has already changes nothing. Leaves an `order.status.updated`, and a `catalog.item.upserted` for each count that changed. Needs a key with the scope `orders:write`.",
        tags: ["Orders"],
        security: KEY,
        parameters: [ORDER_ID, IDEMPOTENCY_KEY_PARAMETER],
        requestBody: jsonRequest("OrderStatusBody", { status: "confirmed" }),
        responses: {
          200: jsonResponse("The order as it now is.", "Order", { confirmed: { value: CONFIRMED } }),
          ...problemResponses(NO_QUERY, ...KNOWN, ...STATUS_WRITES, NO_SUCH_ORDER, NOT_THERE),
        },
      },
    },
  },
};
