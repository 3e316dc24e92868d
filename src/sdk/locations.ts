import type { Client } from "./client.ts";
import { type CallOptions, idempotencyKeyOf, type WriteOptions } from "./options.ts";
import { pagesOf } from "./pages.ts";
import { pathSegment, queryString } from "./query-string.ts";
import type { DeletedLocation, Location, LocationInput, LocationPage, PageQuery } from "./wire/locations.ts";

const PATH = "/connect/v1/locations";

/** Your shops and dispatch points, by your own names for them. Needs the scope `catalog:write`. */
export class LocationsApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The newest first: one page. */
  list(query: PageQuery = {}, options: CallOptions = {}): Promise<LocationPage> {
    return this.#client.send({ ...options, method: "GET", path: `${PATH}${queryString(query)}` });
  }

  /** The same page by page, each asked for when it is wanted. */
  listPages(query: PageQuery = {}, options: CallOptions = {}): AsyncGenerator<LocationPage, void, undefined> {
    return pagesOf(query, (page) => this.list(page, options));
  }

  /** @throws {SnapActApiError} 404 (`not_found`) when you have none of that name. */
  get(locationRef: string, options: CallOptions = {}): Promise<Location> {
    return this.#client.send({ ...options, method: "GET", path: pathOf(locationRef) });
  }

  /** Creates or replaces it. */
  put(locationRef: string, location: LocationInput, options: WriteOptions = {}): Promise<Location> {
    return this.#client.send({
      method: "PUT",
      path: pathOf(locationRef),
      body: JSON.stringify(location),
      signal: options.signal,
      idempotencyKey: idempotencyKeyOf(options),
    });
  }

  /** Deletes it, and takes off whatever is listed there. */
  delete(locationRef: string, options: WriteOptions = {}): Promise<DeletedLocation> {
    return this.#client.send({
      method: "DELETE",
      path: pathOf(locationRef),
      body: "{}",
      signal: options.signal,
      idempotencyKey: idempotencyKeyOf(options),
    });
  }
}

function pathOf(locationRef: string): string {
  return `${PATH}/${pathSegment("locationRef", locationRef)}`;
}
