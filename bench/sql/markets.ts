import { Client } from "pg";
import { loadMarket, vacuum } from "../../scripts/import/load.ts";
import { marketOf } from "../../scripts/import/market.ts";
import { openPostgresTarget } from "../../scripts/import/postgres-target.ts";
import { progressBar } from "../../scripts/import/progress.ts";
import { seededRandom } from "../../scripts/import/random.ts";
import { type Store, shiftLongitudes } from "../../scripts/import/stores.ts";
import { migrateDatabase } from "../../scripts/service/migrations.ts";
import { StartError } from "../../scripts/service/start-error.ts";
import { toEcef } from "../../src/geo/ecef.ts";
import type { Point } from "../../src/geo/point.ts";
import { createScratchDatabase } from "../../test/support/scratch-database.ts";
import { countWithin } from "./points.ts";

/** Nothing farther than this from a point can matter to what is asked there. */
const SURROUNDINGS_M = 60_000;

/** A database with the product's tables, filled by its own import, and what the peers need besides. */
export async function createMarket(
  serverUrl: string,
  stores: readonly Store[],
  itemsPerStore: number,
  nowMs: number,
  peerSql: readonly string[],
): Promise<{ url: string } & AsyncDisposable> {
  const database = await createScratchDatabase(serverUrl);
  try {
    await migrateDatabase(database.url);
    const progress = progressBar(process.stderr);
    const target = await openPostgresTarget(database.url);
    const { signal } = new AbortController();
    try {
      await loadMarket(target, marketOf(stores, itemsPerStore, nowMs), progress, signal);
      await vacuum(target, progress, signal);
      progress.step("PostGIS tables and indexes");
      await runAll(database.url, peerSql);
    } finally {
      progress.finish();
      await target.close();
    }
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
  return database;
}

/** About `count` stores: those around the points, and for the rest any. */
export function someStores(stores: readonly Store[], points: readonly Point[], count: number): Store[] {
  if (stores.length <= count) return [...stores];
  const centres = points.map(toEcef);
  const near = new Set(stores.filter((store) => countWithin(centres, store, SURROUNDINGS_M) > 0));
  const others = seededRandom("bench/stores").shuffle(stores.filter((store) => !near.has(store)));
  return [...near, ...others.slice(0, Math.max(0, count - near.size))];
}

/** The stores at so many longitudes, and those of the points around which this adds none. */
export function repeated<T extends { readonly point: Point }>(
  stores: readonly Store[],
  longitudes: number,
  points: readonly T[],
): { stores: Store[]; points: T[] } {
  const shifted = shiftLongitudes(stores, longitudes);
  const added = shifted.slice(stores.length).map(toEcef);
  return {
    stores: shifted,
    points: points.filter(({ point }) => countWithin(added, point, SURROUNDINGS_M / 2) === 0),
  };
}

async function runAll(databaseUrl: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } catch (error) {
    if (!/postgis/.test(String(error))) throw error;
    throw new StartError(
      `The PostgreSQL server has no PostGIS, or refuses it (${error instanceof Error ? error.message : error}). On Debian: apt-get install postgresql-15-postgis-3`,
    );
  } finally {
    await client.end();
  }
}
