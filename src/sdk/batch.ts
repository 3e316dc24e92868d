import { type Chunk, type ChunkTerms, chunksOf } from "./chunks.ts";
import type { ApiRequest, Client } from "./client.ts";
import { SnapActApiError, SnapActBatchError } from "./errors.ts";
import { sendInTurn } from "./in-turn.ts";
import { idempotencyKeyOf, type WriteOptions } from "./options.ts";
import type { CatalogResult } from "./wire/catalog.ts";
import type { EventResult } from "./wire/events.ts";
import type { BodyError } from "./wire/problem.ts";

/** How far a call that sends many entries is: how many of `total` are answered, and how many have each status. */
export type Progress<Status extends string> = {
  readonly done: number;
  readonly total: number;
  readonly summary: Readonly<Record<Status, number>>;
};

/** Of one call that sends many entries. */
export type BatchOptions<Status extends string> = WriteOptions & {
  /** How many requests run at a time; 2 when left out. */
  readonly concurrency?: number | undefined;
  /** Told after each request. */
  readonly onProgress?: ((progress: Progress<Status>) => void) | undefined;
};

type Result = CatalogResult | EventResult;
type Report<Of extends Result> = { results: Of[]; summary: Record<Of["status"], number> };

/** Where entries of a kind go, how many at once, and what can become of one. */
export type BatchKind<Entry, Of extends Result> = ChunkTerms<Entry> &
  Pick<ApiRequest, "method" | "path"> & {
    readonly statuses: readonly Of["status"][];
    /** What became of an entry that is too large to be sent. */
    readonly refused: (index: number, entry: Entry, error: BodyError) => Of;
  };

/** A body may have 4 MiB. */
export const MAX_CHUNK_BYTES = 3_500_000;
/** A limit's window: waiting for longer than that is never asked for. */
const MAX_RETRY_DELAY_MS = 300_000;
const MAX_CONCURRENCY = 10;

/**
 * Sends the entries, in as many requests as it takes, and tells what became of each.
 * @throws {SnapActBatchError} when some were not answered.
 */
export async function sendBatch<Entry, Of extends Result>(
  client: Client,
  kind: BatchKind<Entry, Of>,
  given: Entry | readonly Entry[],
  options: BatchOptions<Of["status"]> = {},
): Promise<Report<Of>> {
  const entries = isMany(given) ? [...given] : [given];
  const key = idempotencyKeyOf(options);
  const concurrency = readConcurrency(options.concurrency ?? 2);
  const results: Of[] = new Array(entries.length);
  const summary = Object.fromEntries(kind.statuses.map((status) => [status, 0])) as Record<
    Of["status"],
    number
  >;
  let done = 0;
  const send = async (chunk: Chunk): Promise<void> => {
    const found = await resultsOf(client, kind, entries, chunk, {
      signal: options.signal,
      idempotencyKey: `${key}.${chunk.number}`,
    });
    for (const result of found) {
      results[result.index] = result;
      const status: Of["status"] = result.status;
      summary[status] += 1;
    }
    done += chunk.count;
    options.onProgress?.({ done, total: entries.length, summary: { ...summary } });
  };
  try {
    await sendInTurn(chunksOf(entries, kind), concurrency, send);
  } catch (cause) {
    const unanswered = [...entries.keys()].filter((index) => results[index] === undefined);
    throw new SnapActBatchError(results.filter(Boolean), unanswered, cause);
  }
  return { results, summary };
}

/** What became of the chunk's entries, each at its place among all. */
async function resultsOf<Entry, Of extends Result>(
  client: Client,
  kind: BatchKind<Entry, Of>,
  entries: readonly Entry[],
  { first, count, body }: Chunk,
  options: WriteOptions,
): Promise<readonly Of[]> {
  try {
    const answer = await client.send<{ results: Of[] }>({
      ...options,
      method: kind.method,
      path: kind.path,
      body,
      maxRetryDelayMs: MAX_RETRY_DELAY_MS,
    });
    return answer.results.map((result) => placed(result, first, kind.list));
  } catch (error) {
    const entry = entries[first];
    if (!(error instanceof SnapActApiError) || entry === undefined) throw error;
    // The service refuses a request in which every entry is bad, and says of each what is wrong.
    const rejected = (error.problem as { results?: Of[] } | undefined)?.results;
    if (rejected !== undefined) return rejected.map((result) => placed(result, first, kind.list));
    if (error.status !== 413 || count > 1) throw error;
    const detail = "this is larger than a request can be";
    return [
      kind.refused(first, entry, { pointer: `/${kind.list}/${first}`, code: "payload_too_large", detail }),
    ];
  }
}

/** A chunk's result, as if all had been sent at once. */
function placed<Of extends Result>(result: Of, first: number, list: string): Of {
  const index = result.index + first;
  const own = `/${list}/${result.index}`;
  const errors = result.errors?.map((error) =>
    error.pointer === own || error.pointer.startsWith(`${own}/`)
      ? { ...error, pointer: `/${list}/${index}${error.pointer.slice(own.length)}` }
      : error,
  );
  return { ...result, index, ...(errors !== undefined && { errors }) };
}

function isMany<Entry>(given: Entry | readonly Entry[]): given is readonly Entry[] {
  return Array.isArray(given);
}

function readConcurrency(concurrency: number): number {
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= MAX_CONCURRENCY) return concurrency;
  throw new TypeError(`concurrency must be a whole number from 1 to ${MAX_CONCURRENCY}`);
}
