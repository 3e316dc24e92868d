import { migrateDatabase } from "./service/migrations.ts";
import { describeStartError, StartError } from "./service/start-error.ts";

try {
  const databaseUrl = process.env["DATABASE_URL"];
  if (!databaseUrl) {
    throw new StartError(
      "Set DATABASE_URL to the database to migrate. (npm start migrates the local one by itself.)",
    );
  }
  const applied = await migrateDatabase(databaseUrl);
  console.log(applied.length === 0 ? "Nothing to migrate." : `Migrated: ${applied.join(", ")}.`);
} catch (error) {
  console.error(describeStartError(error));
  process.exitCode = 1;
}
