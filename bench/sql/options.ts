import { parseArgs } from "node:util";
import { StartError } from "../../scripts/service/start-error.ts";

export type BenchOptions = {
  readonly storesFile: string;
  /** A server to make databases on; absent: one of our own, for as long as the benchmark runs. */
  readonly serverUrl: string | undefined;
  /** A smaller market and fewer repetitions: minutes become two. */
  readonly quick: boolean;
};

const USAGE = `Usage: npm run bench:sql -- --stores FILE.csv [options]

  --stores FILE.csv    stores with the columns brand, lat, lng
  --database-url URL   a PostgreSQL server with PostGIS on which databases may be made (they are dropped again);
                       default: a temporary server of its own, which takes PostgreSQL 15 and PostGIS to be installed
  --quick              a smaller market, fewer repetitions: about two minutes`;

/** Reads the arguments after the script's name. @throws {StartError} */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const values = parseValues(args);
  if (!values.stores) throw new StartError(`--stores is missing\n\n${USAGE}`);
  return {
    storesFile: values.stores,
    serverUrl: values["database-url"] || undefined,
    quick: values.quick ?? false,
  };
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stores: { type: "string" },
        "database-url": { type: "string" },
        quick: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
