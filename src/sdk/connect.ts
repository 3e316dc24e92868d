import { CatalogApi } from "./catalog.ts";
import { Client } from "./client.ts";
import { EventsApi } from "./events.ts";
import { InventoryApi } from "./inventory.ts";
import { LocationsApi } from "./locations.ts";
import { readOptions, type SnapActConnectOptions } from "./options.ts";
import { OrdersApi } from "./orders.ts";

/**
 * A client of SnapAct Connect. What fails for a reason that passes (no connection, a time-out, 429, 5xx) is sent again;
 * writes carry an Idempotency-Key, so that they are done once.
 */
export class SnapActConnect {
  readonly inventory: InventoryApi;
  readonly catalog: CatalogApi;
  readonly locations: LocationsApi;
  readonly orders: OrdersApi;
  readonly events: EventsApi;

  /** @throws {TypeError} when an option is not as it must be. */
  constructor(options: SnapActConnectOptions) {
    const client = new Client(readOptions(options));
    this.inventory = new InventoryApi(client);
    this.catalog = new CatalogApi(client);
    this.locations = new LocationsApi(client);
    this.orders = new OrdersApi(client);
    this.events = new EventsApi(client);
  }
}
