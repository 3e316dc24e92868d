import type { PeerLocation, PeerRow } from "./answer.ts";

/** A location with its listed rows, in the order of their items: the value of a key in Redis, as JSON. */
export type Shelf = { readonly location: PeerLocation; readonly rows: readonly PeerRow[] };

/** The geo set of all locations; its members are their ids. */
export const SHOPS = "shops";

export function shelfKey(locationId: string): string {
  return `shelf:${locationId}`;
}
