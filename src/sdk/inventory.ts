import type { Client } from "./client.ts";
import type { CallOptions } from "./options.ts";
import { pagesOf } from "./pages.ts";
import { queryString } from "./query-string.ts";
import type { NearbyPage, NearbyQuery } from "./wire/inventory.ts";
import type { InventoryMetrics, MetricsQuery } from "./wire/metrics.ts";

/** What is on the shelf, and how sure that is. */
export class InventoryApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * What can be had near a delivery point: one page to whoever awaits it, and every page from it on, as `nearbyPages`, to
   * whoever iterates over it with `for await`. Needs the scope `inventory:read`.
   */
  nearby(query: NearbyQuery, options: CallOptions = {}): Promise<NearbyPage> & AsyncIterable<NearbyPage> {
    const first = this.#page(query, options);
    const pages = () =>
      pagesOf(query, (page) => (page.cursor === query.cursor ? first : this.#page(page, options)));
    return Object.assign(first, { [Symbol.asyncIterator]: pages });
  }

  /** The same page by page, each asked for when it is wanted, all as of one moment. */
  nearbyPages(query: NearbyQuery, options: CallOptions = {}): AsyncGenerator<NearbyPage, void, undefined> {
    return pagesOf(query, (page) => this.#page(page, options));
  }

  #page(query: NearbyQuery, options: CallOptions): Promise<NearbyPage> {
    return this.#client.send({
      ...options,
      method: "GET",
      path: `/inventory/nearby${queryString(query)}`,
    });
  }

  /** How fresh, how well proven and how complete your inventory is. Needs the scope `metrics:read`. */
  metrics(query: MetricsQuery = {}, options: CallOptions = {}): Promise<InventoryMetrics> {
    return this.#client.send({
      ...options,
      method: "GET",
      path: `/inventory/metrics${queryString(query)}`,
    });
  }
}
