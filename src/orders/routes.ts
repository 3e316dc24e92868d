import { type AuthDeps, authenticate } from "../auth/authenticate.ts";
import { requireKey, requireRole } from "../auth/authorize.ts";
import { requestQueryReader } from "../http/list-parameters.ts";
import type { RouteHandler } from "../http/router.ts";
import { readWriteRequest } from "../http/write-request.ts";
import { parseWireId } from "../ids.ts";
import { changeStatus } from "./change-status.ts";
import { noSuchOrder, type OrdersContext } from "./context.ts";
import { listOrders } from "./list-orders.ts";
import { ORDERS_PARAMETERS } from "./parameters.ts";
import { placeOrder } from "./place-order.ts";
import { readOrder } from "./read-order.ts";
import { OrderBodySchema, StatusBodySchema } from "./schema.ts";

const readNoQuery = requestQueryReader({});
const readListQuery = requestQueryReader(ORDERS_PARAMETERS);

/** What answers at `/orders` and `/connect/v1/orders`, by what it does. */
export function ordersRoutes(deps: OrdersContext & { readonly auth: AuthDeps }) {
  const requirePartnerId = async (request: Request) =>
    requireKey(await authenticate(request, deps.auth, deps.now()), "orders:write").partnerId;
  /** Which order the request is about. */
  const requireName = async (request: Request, orderId: string | undefined) => {
    const partnerId = await requirePartnerId(request);
    readNoQuery(request);
    const uuid = orderId === undefined ? undefined : parseWireId("ord", orderId);
    if (uuid === undefined) throw noSuchOrder();
    return { partnerId, orderId: uuid };
  };

  return {
    place: async (c) => {
      const { subject } = requireRole(await authenticate(c.req.raw, deps.auth, deps.now()), "marketplace");
      readNoQuery(c.req.raw);
      const { body, key } = await readWriteRequest(c.req.raw, OrderBodySchema, `marketplace:${subject}`);
      return c.json(await placeOrder(deps, body, key), 201);
    },
    list: async (c) => {
      const partnerId = await requirePartnerId(c.req.raw);
      const { status, updated_since, cursor, limit } = readListQuery(c.req.raw);
      const query = { partnerId, statuses: status, updatedSinceMs: updated_since, after: cursor, limit };
      return c.json(await listOrders(deps, query));
    },
    read: async (c) => c.json(await readOrder(deps, await requireName(c.req.raw, c.req.param("order_id")))),
    changeStatus: async (c) => {
      const name = await requireName(c.req.raw, c.req.param("order_id"));
      const { body, key } = await readWriteRequest(c.req.raw, StatusBodySchema, `partner:${name.partnerId}`);
      return c.json(await changeStatus(deps, name, body.status, key));
    },
  } satisfies Readonly<Record<string, RouteHandler>>;
}
