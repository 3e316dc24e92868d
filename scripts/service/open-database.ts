import { join } from "node:path";
import { type LocalNeon, startLocalNeon } from "../local-neon/local-neon.ts";
import { applyMigrations, migrateDatabase } from "./migrations.ts";

/** The database of the folder, or the one that `databaseUrl` names, migrated and behind a local Neon. */
export async function openDatabase(dataFolder: string, databaseUrl: string | undefined): Promise<LocalNeon> {
  if (databaseUrl !== undefined) {
    await migrateDatabase(databaseUrl);
    return await startLocalNeon({ databaseUrl });
  }
  const localNeon = await startLocalNeon({ dataDir: join(dataFolder, "pg") });
  try {
    await applyMigrations(localNeon);
  } catch (error) {
    await localNeon.close();
    throw error;
  }
  return localNeon;
}
