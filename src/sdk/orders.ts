import type { Client } from "./client.ts";
import { type CallOptions, idempotencyKeyOf, type WriteOptions } from "./options.ts";
import { pagesOf } from "./pages.ts";
import { pathSegment, queryString } from "./query-string.ts";
import type { NextOrderStatus, Order, OrderPage, OrdersQuery } from "./wire/orders.ts";

const PATH = "/connect/v1/orders";

/** What buyers have paid for. Needs the scope `orders:write`. */
export class OrdersApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The newest first: one page. */
  list(query: OrdersQuery = {}, options: CallOptions = {}): Promise<OrderPage> {
    return this.#client.send({ ...options, method: "GET", path: `${PATH}${queryString(query)}` });
  }

  /** The same page by page, each asked for when it is wanted. */
  listPages(query: OrdersQuery = {}, options: CallOptions = {}): AsyncGenerator<OrderPage, void, undefined> {
    return pagesOf(query, (page) => this.list(page, options));
  }

  /** @throws {SnapActApiError} 404 (`not_found`) when it is not an order of yours. */
  get(orderId: string, options: CallOptions = {}): Promise<Order> {
    return this.#client.send({ ...options, method: "GET", path: pathOf(orderId) });
  }

  /**
   * Tells how far it is: forward from `paid` by `confirmed`, `preparing`, `ready` and `on_the_way` to `delivered`, steps
   * may be left out; or `cancelled`. The same status again changes nothing.
   * @throws {SnapActApiError} 409 (`conflict`) when it cannot become that from what it is.
   */
  updateStatus(orderId: string, status: NextOrderStatus, options: WriteOptions = {}): Promise<Order> {
    return this.#client.send({
      method: "PATCH",
      path: pathOf(orderId),
      body: JSON.stringify({ status }),
      signal: options.signal,
      idempotencyKey: idempotencyKeyOf(options),
    });
  }
}

function pathOf(orderId: string): string {
  return `${PATH}/${pathSegment("orderId", orderId)}`;
}
