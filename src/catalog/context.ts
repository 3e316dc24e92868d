import type { Database } from "../db/client.ts";
import type { KnownWords } from "./known-words.ts";

/** What the verbs of this capability need of the world around them. */
export type CatalogContext = {
  readonly database: Database;
  readonly now: () => number;
  readonly knownWords: KnownWords;
};
