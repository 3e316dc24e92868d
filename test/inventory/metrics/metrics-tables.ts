import { items, locations, proofs, stockRows } from "../../../src/db/schema.ts";
import { db } from "../../support/database.ts";
import type { Tables } from "./recomputed.ts";

/** Everything of every partner, as it stands. */
export async function readTables(): Promise<Tables> {
  return {
    locations: await db.select().from(locations),
    items: await db.select().from(items),
    proofs: await db.select().from(proofs),
    stockRows: await db.select().from(stockRows),
  };
}
