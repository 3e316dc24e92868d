import { Client } from "pg";
import { seededRandom } from "../../scripts/import/random.ts";
import type { Store } from "../../scripts/import/stores.ts";
import { CREATE_PEER_LOCATIONS } from "../sql/contenders.ts";
import { createMarket } from "../sql/markets.ts";
import { type Child, startChild } from "../support/child.ts";
import { startTemporaryServer } from "../support/temporary-server.ts";
import { byDensity, cityPoints } from "./areas.ts";
import type { HostReady } from "./host-process.ts";
import type { LoadOrder, LoadResult, Pids } from "./load-process.ts";
import { fillRedis } from "./peers/fill-redis.ts";
import { bestPlans, type Plans } from "./peers/plans.ts";
import { startRedisServer } from "./peers/redis-server.ts";
import { Redis } from "./peers/resp.ts";
import type { PeerReady } from "./peers/server.ts";
import { questions } from "./questions.ts";

/** In the order in which they take turns: those that are compared are neighbours. */
export const NAMES = ["redis", "floor", "hot", "postgis", "cold", "mixed"] as const;
export type Name = (typeof NAMES)[number];

/** Who answers, and what is asked of it. */
export type Contender = {
  readonly address: string;
  /** Of how many requests in a hundred the database is asked for certain. */
  readonly coldPercent: number;
  /** Whose CPU time is its own, among `Field.pids`. */
  readonly servers: readonly string[];
};

/** Everybody, on one database. */
export type Field = {
  readonly contenders: Readonly<Partial<Record<Name, Contender>>>;
  readonly host: HostReady;
  readonly plans: Plans | undefined;
  /** Puts a load on a server. */
  load(order: Omit<LoadOrder, "apiKey" | "pids" | "postgresPid">): Promise<LoadResult>;
  readonly locations: number;
  readonly rows: number;
  /** Starts somebody who writes from then on; asked anything, it says what it has written (`Written`). */
  startWriter(perSecond: number): Promise<Child<unknown>>;
};

/** A market of these stores, and in the same workerd the built Worker and the floor. */
export type Market = { readonly stores: readonly Store[]; readonly itemsPerStore: number };

const PLAN_QUESTIONS = 60;

/** Paths to ask, always the same. */
export function samplePaths(count: number): string[] {
  const question = questions(cityPoints(seededRandom("bench/sample")), seededRandom("bench/sample/mix"));
  return Array.from({ length: count }, question);
}

/**
 * Starts them; when `withPeers`, with the peers whose programs are installed, saying aloud which are left out, and a
 * loader that knows where stores are.
 */
export async function startField(
  stack: AsyncDisposableStack,
  { stores, itemsPerStore }: Market,
  withPeers: boolean,
): Promise<Field> {
  const server = stack.use(await startTemporaryServer());
  const hasPostgis = withPeers && (await isAvailable(server.url, "postgis"));
  if (withPeers && !hasPostgis) sayMissing("PostGIS", "postgresql-15-postgis-3");
  const peerSql = hasPostgis ? CREATE_PEER_LOCATIONS : [];
  const market = stack.use(await createMarket(server.url, stores, itemsPerStore, Date.now(), peerSql));
  const host = stack.use(
    await startChild<HostReady>(new URL("./host-process.ts", import.meta.url), [market.url]),
  );
  const loader = stack.use(await startChild(new URL("./load-process.ts", import.meta.url)));
  if (withPeers) await loader.ask({ places: byDensity(stores) });

  const { address, floorAddress, apiKey, workerdPid } = host.ready;
  const pids: Record<string, number> = { workerd: workerdPid, endpoint: host.pid };
  const ours = (coldPercent: number): Contender => ({ address, coldPercent, servers: ["workerd"] });
  const contenders: Partial<Record<Name, Contender>> = {
    floor: { address: floorAddress, coldPercent: 0, servers: ["workerd"] },
    hot: ours(0),
    cold: ours(100),
    mixed: ours(10),
  };
  let plans: Plans | undefined;
  if (hasPostgis) {
    console.error("choosing the best plans for PostGIS");
    plans = await bestPlans(market.url, samplePaths(PLAN_QUESTIONS));
    const peer = stack.use(
      await startChild<PeerReady>(new URL("./peers/postgis-process.ts", import.meta.url), [
        market.url,
        JSON.stringify(plans),
      ]),
    );
    pids["postgis server"] = peer.pid;
    contenders.postgis = { address: peer.ready.address, coldPercent: 0, servers: ["postgis server"] };
  }
  const redis = withPeers ? await startFilledRedis(stack, market.url) : undefined;
  if (redis !== undefined) {
    const peer = stack.use(
      await startChild<PeerReady>(new URL("./peers/redis-process.ts", import.meta.url), [redis.socketPath]),
    );
    pids["redis"] = redis.pid;
    pids["redis server"] = peer.pid;
    contenders.redis = { address: peer.ready.address, coldPercent: 0, servers: ["redis", "redis server"] };
  }
  const fixed = { apiKey, pids: pids as Pids, postgresPid: server.pid };
  return {
    contenders,
    host: host.ready,
    plans,
    locations: stores.length,
    rows: await countRows(market.url),
    load: async (order) => (await loader.ask({ ...order, ...fixed })) as LoadResult,
    startWriter: async (perSecond) => {
      const args = [market.url, address, String(perSecond)];
      return stack.use(await startChild(new URL("./writer-process.ts", import.meta.url), args));
    },
  };
}

async function startFilledRedis(stack: AsyncDisposableStack, databaseUrl: string) {
  const server = await startRedisServer();
  if (server === undefined) {
    sayMissing("Redis", "redis-server");
    return undefined;
  }
  stack.use(server);
  console.error("filling Redis");
  const redis = await Redis.open(server.socketPath);
  await fillRedis(databaseUrl, redis);
  redis.close();
  return server;
}

function sayMissing(what: string, debianPackage: string): void {
  console.log(
    `\n**${what} is not installed here, and left out.** On Debian: apt-get install ${debianPackage}`,
  );
}

async function isAvailable(serverUrl: string, extension: string): Promise<boolean> {
  const sql = "SELECT count(*)::int AS count FROM pg_available_extensions WHERE name = $1";
  return (await readCount(serverUrl, sql, [extension])) === 1;
}

function countRows(databaseUrl: string): Promise<number> {
  return readCount(databaseUrl, "SELECT count(*)::int AS count FROM stock_rows WHERE listed", []);
}

async function readCount(url: string, sql: string, values: readonly string[]): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(sql, [...values]);
    return rows[0]?.count ?? Number.NaN;
  } finally {
    await client.end();
  }
}
