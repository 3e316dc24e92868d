import { existsSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { btree_gin } from "@electric-sql/pglite/contrib/btree_gin";
import { lockDirectory } from "../local-neon/directory-lock.ts";
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
  const stack = new AsyncDisposableStack();
  try {
    stack.use(await lockDataFolder(DATA_FOLDER));
    stack.defer(lockDirectory(DATABASE_FOLDER));
    const db = await PGlite.create({ dataDir: DATABASE_FOLDER, extensions: { btree_gin } });
    stack.defer(() => db.close());
    const target = { ...pgliteTarget(db), close: () => stack.disposeAsync() };
    await applyMigrations({ query: target.query, exec: (sql) => db.exec(sql) });
    return target;
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
