import { requireAnswers } from "./check-answers.ts";
import { requireDatabase } from "./check-database.ts";
import { type Answer, type Sending, sendAll } from "./loader.ts";
import type { Market } from "./market.ts";
import { entryOf, type Phase } from "./phases.ts";
import type { Service } from "./service.ts";
import type { Shelf } from "./shops.ts";
import { measured, type Usage } from "./usage.ts";

export const ENTRIES_PER_REQUEST = 1000;
export const ITEMS_PATH = "/connect/v1/catalog/items";

export type PhaseResult = {
  readonly name: Phase["name"];
  readonly rows: number;
  readonly rowsPerS: number;
  /** From the first byte sent of a request to the last byte of its answer. */
  readonly requestP50Ms: number;
  readonly requestMaxMs: number;
  readonly usage: Usage;
};

/** A Worker, its database, and the first process of the PostgreSQL that holds it. */
export type Site = { readonly market: Market; readonly service: Service; readonly postgresPid: number };

/** Syncs all shelves once, and checks what is answered and what then lies in the database. */
export async function runPhase(
  { market, service, postgresPid }: Site,
  shelves: readonly Shelf[],
  phase: Phase,
  { concurrency, keyed }: { concurrency: number; keyed: boolean },
): Promise<PhaseResult> {
  const sendings = requestsOf(shelves, phase, keyed);
  const sender = { address: service.address, apiKey: market.apiKey };
  const { result, seconds, usage } = await measured({ service, postgresPid }, () =>
    sendAll(sender, sendings, concurrency),
  );
  requireAnswers(result, shelves, phase);
  await requireDatabase(market.client, shelves, phase);
  // What autovacuum would do by and by, it is off here, so as not to fall into one phase or another.
  await market.client.query("VACUUM ANALYZE");
  const rows = shelves.length;
  return { name: phase.name, rows, rowsPerS: rows / seconds, ...requestTimes(result), usage };
}

function requestsOf(shelves: readonly Shelf[], phase: Phase, keyed: boolean): Sending[] {
  const count = Math.ceil(shelves.length / ENTRIES_PER_REQUEST);
  return Array.from({ length: count }, (_, i) => {
    const from = i * ENTRIES_PER_REQUEST;
    const items = shelves
      .slice(from, from + ENTRIES_PER_REQUEST)
      .map((shelf, j) => entryOf(phase.shelfAt(shelf, from + j), phase.observedAtMs));
    return {
      method: "POST",
      path: ITEMS_PATH,
      body: Buffer.from(JSON.stringify({ items })),
      idempotencyKey: keyed ? crypto.randomUUID() : undefined,
    };
  });
}

function requestTimes(answers: readonly Answer[]): { requestP50Ms: number; requestMaxMs: number } {
  const times = answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return { requestP50Ms: times[times.length >> 1] ?? Number.NaN, requestMaxMs: times.at(-1) ?? Number.NaN };
}
