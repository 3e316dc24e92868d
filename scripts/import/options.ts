import { parseArgs } from "node:util";
import { MAX_ITEMS_PER_STORE } from "./market.ts";

/** What the command line asks for. */
export type ImportOptions = {
  readonly storesFile: string;
  readonly itemsPerStore: number;
  /** Absent: the embedded database of `npm start`. */
  readonly databaseUrl: string | undefined;
  readonly nowMs: number;
  /** At how many longitudes the stores are repeated; 1 leaves them as they are. */
  readonly shiftLongitudes: number;
};

/** A command line that cannot be followed; the message says why. */
export class UsageError extends Error {}

const DEFAULT_ITEMS_PER_STORE = 40;
const MAX_SHIFTS = 360;

export const USAGE = `Usage: npm run import -- --stores FILE.csv [options]

  --stores FILE.csv       stores with the columns brand, lat, lng (others are ignored)
  --items-per-store N     items that each store carries, 1 to ${MAX_ITEMS_PER_STORE}; default ${DEFAULT_ITEMS_PER_STORE}
  --database-url URL      postgres://user:password@host/database; default DATABASE_URL,
                          else the local database of npm start, which must not be running
  --now INSTANT           from when freshness counts back, such as 2026-01-31T12:00:00Z; default now
  --shift-longitudes K    repeat the stores at K longitudes around the globe, 1 to ${MAX_SHIFTS}; default 1`;

/** Reads the arguments after the script's name. @throws {UsageError} */
export function parseImportOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  clock: () => number,
): ImportOptions {
  const values = parseValues(args);
  const storesFile = values.stores;
  if (storesFile === undefined || storesFile === "") throw new UsageError("--stores is missing");
  return {
    storesFile,
    itemsPerStore: readCount("--items-per-store", values["items-per-store"], {
      fallback: DEFAULT_ITEMS_PER_STORE,
      max: MAX_ITEMS_PER_STORE,
    }),
    databaseUrl: readDatabaseUrl(values["database-url"] ?? env["DATABASE_URL"]),
    nowMs: values.now === undefined ? clock() : readInstant(values.now),
    shiftLongitudes: readCount("--shift-longitudes", values["shift-longitudes"], {
      fallback: 1,
      max: MAX_SHIFTS,
    }),
  };
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stores: { type: "string" },
        "items-per-store": { type: "string" },
        "database-url": { type: "string" },
        now: { type: "string" },
        "shift-longitudes": { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readCount(
  name: string,
  text: string | undefined,
  { fallback, max }: { fallback: number; max: number },
): number {
  if (text === undefined) return fallback;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > max)
    throw new UsageError(`${name} must be a number from 1 to ${max}, not "${text}"`);
  return count;
}

function readDatabaseUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  // The URL may hold a password, so it is not repeated.
  if (!/^postgres(ql)?:\/\/./.test(text) || !URL.canParse(text)) {
    throw new UsageError("the database URL must look like postgres://user:password@host/database");
  }
  return text;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

function readInstant(text: string): number {
  const instantMs = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instantMs))
    throw new UsageError(`--now must be an instant such as 2026-01-31T12:00:00Z, not "${text}"`);
  return instantMs;
}
