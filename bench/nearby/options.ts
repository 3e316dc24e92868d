import { parseArgs } from "node:util";
import { StartError } from "../../scripts/service/start-error.ts";

export type NearbyOptions = {
  readonly storesFile: string;
  readonly itemsPerStore: number;
  /** At most about so many of the stores, those of the city among them. */
  readonly locations: number;
  readonly shiftLongitudes: number;
  /** Of each load, and how many rounds of loads there are. */
  readonly seconds: number;
  readonly rounds: number;
  readonly writesPerSecond: number;
  /** Where the chart goes; undefined: nowhere. */
  readonly chart: string | undefined;
  /** Nothing but hot and the floor, on three sizes of the market. */
  readonly growth: boolean;
};

const USAGE = `Usage: npm run bench:nearby -- --stores FILE.csv [options]

  --stores FILE.csv       stores with the columns brand, lat, lng
  --items-per-store N     items that each store carries; default 40 (with --growth 4)
  --locations N           about so many of the stores, those around the city among them; default all
  --shift-longitudes K    the stores at K longitudes around the globe; default 1
  --seconds S             of each load; default 4
  --rounds N              in which all contenders take turns; default 5
  --writes-per-second N   PATCH requests all along; default 20, 0 for none
  --quick                 a small market and short loads: a minute and a half, to see that it runs
  --growth                only what a hot request costs with 10 thousand, all, and ten times all locations
  --chart FILE.svg        default docs/benchmarks/nearby.svg, of a full run; "" for none

It takes PostgreSQL 15 to be installed, and starts a temporary server of its own. Peers need
postgresql-15-postgis-3 and redis-server; without them they are left out. TILE_MAX_AGE_S and TILE_MAX_BYTES are handed
to the Worker.`;

const DEFAULT_CHART = "docs/benchmarks/nearby.svg";

/** Reads the arguments after the script's name. @throws {StartError} */
export function parseNearbyOptions(args: readonly string[]): NearbyOptions {
  const { values } = parse(args);
  if (!values.stores) throw new StartError(`--stores is missing\n\n${USAGE}`);
  const { quick = false, growth = false } = values;
  const number = (name: keyof typeof values, fallback: number, least: number): number => {
    const given = Number(values[name] ?? fallback);
    if (given >= least) return given;
    throw new StartError(`--${name} must be a number from ${least} on, and is "${values[name]}"\n\n${USAGE}`);
  };
  const count = (name: keyof typeof values, fallback: number): number =>
    Math.floor(number(name, fallback, 1));
  return {
    storesFile: values.stores,
    itemsPerStore: count("items-per-store", growth ? 4 : quick ? 10 : 40),
    locations: count("locations", quick ? 12_000 : Number.POSITIVE_INFINITY),
    shiftLongitudes: count("shift-longitudes", 1),
    seconds: number("seconds", quick ? 1 : 4, 0.1),
    rounds: count("rounds", quick ? 2 : 5),
    writesPerSecond: number("writes-per-second", 20, 0),
    chart: (values.chart ?? (quick ? "" : DEFAULT_CHART)) || undefined,
    growth,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stores: { type: "string" },
        "items-per-store": { type: "string" },
        locations: { type: "string" },
        "shift-longitudes": { type: "string" },
        seconds: { type: "string" },
        rounds: { type: "string" },
        "writes-per-second": { type: "string" },
        chart: { type: "string" },
        quick: { type: "boolean" },
        growth: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
