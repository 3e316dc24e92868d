import { type BatchKind, type BatchOptions, MAX_CHUNK_BYTES, sendBatch } from "./batch.ts";
import type { Client } from "./client.ts";
import type { CallOptions } from "./options.ts";
import { pagesOf } from "./pages.ts";
import { queryString } from "./query-string.ts";
import type {
  CatalogPage,
  CatalogQuery,
  CatalogReport,
  CatalogResult,
  CatalogStatus,
  ItemInput,
  ItemName,
  ItemPatch,
} from "./wire/catalog.ts";

/** Of one call that writes to the catalog. */
export type CatalogWriteOptions = BatchOptions<CatalogStatus>;

const PATH = "/connect/v1/catalog/items";

/**
 * What you offer, and how much of it is where. Needs the scope `catalog:write`. Any number of entries travel in as many
 * requests as it takes; one that is rejected costs no other, and stands in the report with what is wrong with it. Each of
 * `upsert`, `update` and `delete` throws a `SnapActBatchError` when some entries were not answered.
 */
export class CatalogApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Creates or replaces items. The newest `observed_at` wins, whatever the order of arrival. */
  upsert(items: ItemInput | readonly ItemInput[], options?: CatalogWriteOptions): Promise<CatalogReport> {
    return sendBatch(this.#client, kindOf<ItemInput>("POST"), items, options);
  }

  /** Changes what is given of items: the price, a count, `stock: { adjust: -1 }`. */
  update(items: ItemPatch | readonly ItemPatch[], options?: CatalogWriteOptions): Promise<CatalogReport> {
    return sendBatch(this.#client, kindOf<ItemPatch>("PATCH"), items, options);
  }

  /** Takes items off: at one location, or everywhere when `location_ref` is left out. */
  delete(items: ItemName | readonly ItemName[], options?: CatalogWriteOptions): Promise<CatalogReport> {
    return sendBatch(this.#client, kindOf<ItemName>("DELETE"), items, options);
  }

  /** What you list, the longest unchanged first: one page. */
  list(query: CatalogQuery = {}, options: CallOptions = {}): Promise<CatalogPage> {
    return this.#client.send({ ...options, method: "GET", path: `${PATH}${queryString(query)}` });
  }

  /** The same page by page, each asked for when it is wanted. */
  listPages(
    query: CatalogQuery = {},
    options: CallOptions = {},
  ): AsyncGenerator<CatalogPage, void, undefined> {
    return pagesOf(query, (page) => this.list(page, options));
  }
}

function kindOf<Entry extends ItemName>(
  method: "POST" | "PATCH" | "DELETE",
): BatchKind<Entry, CatalogResult> {
  return {
    method,
    path: PATH,
    list: "items",
    maxEntries: 1000,
    maxBytes: MAX_CHUNK_BYTES,
    // Callers in plain JavaScript may pass anything; the service says what is wrong with it.
    nameOf: (entry: Entry | null | undefined) => entry?.external_ref,
    statuses: ["created", "updated", "confirmed", "unchanged", "stale", "rejected", "deleted", "not_found"],
    refused: (index, { external_ref }, error) => ({
      index,
      external_ref,
      item_id: null,
      status: "rejected",
      version: null,
      errors: [error],
    }),
  };
}
