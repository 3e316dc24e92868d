import type { Database } from "../db/client.ts";

/** What the verb of this capability needs of the world around it. */
export type EventsContext = {
  readonly database: Database;
  readonly now: () => number;
};
