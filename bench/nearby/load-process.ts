import { type Random, seededRandom } from "../../scripts/import/random.ts";
import type { Point } from "../../src/geo/point.ts";
import { cpuSecondsOf, cpuSecondsWithChildren } from "../sync/processes.ts";
import { type Area, cityPoints, type Density, pointsNear, type Spread } from "./areas.ts";
import type { LoadCounts } from "./counter.ts";
import { closedLoop, openLoop, type Requests, type Window } from "./load.ts";
import { questions } from "./questions.ts";

/** Whose CPU time is looked at; of PostgreSQL's first process its children as well. */
export type Pids = Readonly<Record<string, number>>;

/** Told once, before all else. */
export type Places = { readonly places: Readonly<Record<Density, readonly Point[]>> };

/** One load, which this process puts on a server. */
export type LoadOrder = {
  readonly address: string;
  readonly apiKey: string;
  readonly area: Area;
  /** Of how many requests in a hundred the database is asked for certain. */
  readonly coldPercent: number;
  readonly connections: number;
  /** Undefined: as many as are answered. */
  readonly perSecond: number | undefined;
  /** About how many requests to make beforehand. */
  readonly prepare: number;
  readonly leadInMs: number;
  readonly forMs: number;
  readonly pids: Pids;
  readonly postgresPid: number;
  /** No two orders have the same questions. */
  readonly seed: string;
};

export type LoadResult = LoadCounts & {
  /** CPU seconds, by the names in `pids`, of those that were counted. */
  readonly cpuS: Readonly<Record<string, number>>;
  /** Of one core, that this process used. */
  readonly loaderShare: number;
  /** Requests that were made while the load ran: their making is in the loader's share. */
  readonly madeLate: number;
};

let places: Places["places"] | undefined;

process.on("message", (message: Places | LoadOrder) => {
  if ("places" in message) {
    places = message.places;
    process.send?.({});
  } else {
    load(message).then(
      (result) => process.send?.(result),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  }
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function load(order: LoadOrder): Promise<LoadResult> {
  const { address, connections, perSecond, leadInMs, forMs } = order;
  const random = seededRandom(order.seed);
  const requests = prepared(order);
  const begin = { usage: process.cpuUsage(), atMs: 0, cpu: {} as Record<string, number> };
  let cpuS: Record<string, number> = {};
  let loaderShare = 0;
  const window: Window = {
    leadInMs,
    forMs,
    onBegin: () => {
      begin.cpu = cpuNow(order);
      begin.usage = process.cpuUsage();
      begin.atMs = performance.now();
    },
    onEnd: () => {
      const { user, system } = process.cpuUsage(begin.usage);
      loaderShare = (user + system) / 1000 / (performance.now() - begin.atMs);
      cpuS = Object.fromEntries(
        Object.entries(cpuNow(order)).map(([name, seconds]) => [name, seconds - (begin.cpu[name] ?? 0)]),
      );
    },
  };
  const counts = await (perSecond === undefined
    ? closedLoop(address, connections, requests.next, window)
    : openLoop(address, connections, requests.next, window, { perSecond, fraction: random.fraction }));
  return { ...counts, cpuS, loaderShare, madeLate: requests.madeLate() };
}

function prepared(order: LoadOrder): { next: Requests; madeLate: () => number } {
  const { area, seed, apiKey, coldPercent, prepare } = order;
  const random = seededRandom(`${seed}/questions`);
  // The city's popular places are the same in every order.
  const points = area === "city" ? cityPoints(random) : nearStores(area, random);
  const question = questions(points, random);
  const head = ` HTTP/1.1\r\nHost: api.example\r\nAccept: application/json\r\nAuthorization: Bearer ${apiKey}\r\n`;
  const make = (): Buffer => {
    const asksDatabase = coldPercent > 0 && 100 * random.fraction() < coldPercent;
    return Buffer.from(
      `GET ${question()}${head}${asksDatabase ? "Cache-Control: no-cache\r\n" : ""}\r\n`,
      "latin1",
    );
  };
  const made = Array.from({ length: prepare }, make);
  let used = 0;
  return { next: () => made[used++] ?? make(), madeLate: () => Math.max(0, used - made.length) };
}

function nearStores(area: Exclude<Area, "city">, random: Random) {
  if (places === undefined) throw new Error("nobody told where stores are");
  const [density, spread] = area.split(", ") as [Density, Spread];
  return pointsNear(places[density], spread, random);
}

function cpuNow({ pids, postgresPid }: LoadOrder): Record<string, number> {
  const seconds = Object.entries(pids).map(([name, pid]) => [name, cpuSecondsOf(pid)] as const);
  return { ...Object.fromEntries(seconds), postgres: cpuSecondsWithChildren(postgresPid) };
}
