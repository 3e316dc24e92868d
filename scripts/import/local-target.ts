import { existsSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { btree_gin } from "@electric-sql/pglite/contrib/btree_gin";
import { lockDataFolder } from "../service/data-folder.ts";
import { applyMigrations } from "../service/migrations.ts";
import { ROOT } from "../service/paths.ts";
import { ImportRefused } from "./load.ts";
import { pgliteTarget } from "./pglite-target.ts";
import type { Target } from "./target.ts";

const DATA_FOLDER = join(ROOT, ".data");
const DATABASE_FOLDER = join(DATA_FOLDER, "pg");
/** Without it, `npm start` takes the folder for the rest of a first start that was cut short, and empties it. */
const COMPLETED = join(DATA_FOLDER, "pg-completed");

/**
 * The embedded database of `npm start`, which is kept from starting until the target is closed.
 * Rejects when the service is running, or has never run.
 */
export async function openLocalTarget(): Promise<Target> {
  if (!existsSync(COMPLETED)) {
    throw new ImportRefused(
      "there is no local database yet: run npm start once, or name one with --database-url",
    );
  }
  const lock = await lockDataFolder(DATA_FOLDER);
  try {
    const db = await PGlite.create({ dataDir: DATABASE_FOLDER, extensions: { btree_gin } });
    const close = async (): Promise<void> => {
      await db.close();
      await lock[Symbol.asyncDispose]();
    };
    const target = { ...pgliteTarget(db), close };
    await applyMigrations({ query: target.query, exec: (sql) => db.exec(sql) });
    return target;
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}
