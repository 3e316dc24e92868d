import type { Database } from "../db/client.ts";

/** What the verbs of this capability need of the world around them. */
export type CatalogContext = { readonly database: Database; readonly now: () => number };
