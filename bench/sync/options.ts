import { parseArgs } from "node:util";
import { StartError } from "../../scripts/service/start-error.ts";
import { LOCATION_COUNT, MAX_PRODUCTS } from "./shops.ts";

export type SyncOptions = {
  readonly rows: number;
  /** Requests at a time. */
  readonly concurrency: number;
  /** Whether each request of the syncs has an Idempotency-Key. */
  readonly keyed: boolean;
  readonly jsonOnly: boolean;
};

const USAGE = `Usage: npm run bench:sync -- [options]

  --rows N          stock rows, a multiple of ${LOCATION_COUNT}; default 100000
  --concurrency N   requests at a time; default 8
  --keys            an Idempotency-Key with each request
  --json            nothing but the last line

It takes PostgreSQL 15 to be installed, and starts a temporary server of its own.`;

/** Reads the arguments after the script's name. @throws {StartError} */
export function parseSyncOptions(args: readonly string[]): SyncOptions {
  const values = parseValues(args);
  const rows = readCount("--rows", values.rows, LOCATION_COUNT * MAX_PRODUCTS);
  if (rows % LOCATION_COUNT !== 0) throw new StartError(`--rows must be a multiple of ${LOCATION_COUNT}`);
  return {
    rows,
    concurrency: readCount("--concurrency", values.concurrency, 100),
    keyed: values.keys,
    jsonOnly: values.json,
  };
}

function readCount(name: string, text: string, max: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= max) return count;
  throw new StartError(`${name} must be a whole number from 1 to ${max}, and is "${text}"\n\n${USAGE}`);
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rows: { type: "string", default: "100000" },
        concurrency: { type: "string", default: "8" },
        keys: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
