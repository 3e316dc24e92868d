import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { AdjustOrder } from "./adjust-process.ts";
import { readWriteAnswer } from "./check-answers.ts";
import { type Answer, type Sending, sendAll } from "./loader.ts";
import type { Market } from "./market.ts";
import type { Service } from "./service.ts";
import type { Shelf } from "./shops.ts";
import { ITEMS_PATH } from "./sync.ts";

export const ADJUSTS = 100;
const PROCESSES = 4;
/** Enough for all of them. */
const COUNTED = 1000;

export type AdjustResult = {
  readonly hotRows: number;
  readonly seconds: number;
  readonly requestMaxMs: number;
  /** Quantities, versions and events are exactly what they must be, and PostgreSQL saw no deadlock. */
  readonly ok: boolean;
};

/** `ADJUSTS` adjustments by -1 at once, from several processes, on `hotRows` rows. */
export async function runAdjusts(
  market: Market,
  service: Service,
  shelves: readonly Shelf[],
  hotRows: number,
): Promise<AdjustResult> {
  const sender = { address: service.address, apiKey: market.apiKey };
  const hot = shelves.slice(-hotRows);
  const [counted] = await sendAll(sender, [patch(hot.map((shelf) => count(shelf)))], 1);
  if (counted === undefined) throw new Error("a request has an answer");
  readWriteAnswer(counted, "the counts before the adjustments");
  const before = await stateOf(market, hot);

  await using loaders = await startLoaders();
  const startedMs = performance.now();
  const answers = await Promise.all(
    loaders.processes.map((loader, i) => {
      const sendings = Array.from({ length: ADJUSTS / PROCESSES }, (_, j) => {
        const shelf = hot[(i + j * PROCESSES) % hotRows];
        return { items: [shelf === undefined ? {} : adjust(shelf)], key: crypto.randomUUID() };
      });
      return loader({ ...sender, path: ITEMS_PATH, sendings });
    }),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  const flat = answers.flat();
  for (const answer of flat) requireUpdated(answer);
  const after = await stateOf(market, hot);
  const each = ADJUSTS / hotRows;
  const wanted = {
    quantities: before.quantities.map((quantity) => quantity - each),
    versions: before.versions.map((version) => version + each),
    events: before.events + ADJUSTS,
    deadlocks: before.deadlocks,
  };
  const ok = JSON.stringify(after) === JSON.stringify(wanted);
  if (!ok)
    throw new Error(`the adjustments left ${JSON.stringify(after)} instead of ${JSON.stringify(wanted)}`);
  return { hotRows, seconds, requestMaxMs: Math.max(...flat.map(({ tookMs }) => tookMs)), ok };
}

function requireUpdated(answer: Answer): void {
  const [result] = readWriteAnswer(answer, "an adjustment").results;
  if (result?.status !== "updated") throw new Error(`an adjustment became ${JSON.stringify(result)}`);
}

const namesOf = ({ product, shop }: Shelf) => ({
  external_ref: product.externalRef,
  location_ref: shop.locationRef,
});
const count = (shelf: Shelf) => ({ ...namesOf(shelf), stock: { quantity: COUNTED } });
const adjust = (shelf: Shelf) => ({ ...namesOf(shelf), stock: { adjust: -1 } });
const patch = (items: readonly object[]): Sending => ({
  method: "PATCH",
  path: ITEMS_PATH,
  body: Buffer.from(JSON.stringify({ items })),
});

async function stateOf({ client }: Market, hot: readonly Shelf[]) {
  const [first] = hot;
  const { rows } = await client.query<{ quantity: number; version: number }>(
    `SELECT s.quantity, s.version FROM stock_rows s JOIN items i USING (partner_id, item_id)
     WHERE s.location_id = $1 AND i.external_ref = ANY ($2) ORDER BY i.external_ref`,
    [first?.shop.locationId, hot.map(({ product }) => product.externalRef)],
  );
  const { rows: totals } = await client.query<{ events: number; deadlocks: number }>(
    `SELECT (SELECT count(*) FROM outbox_events)::int4 AS events,
       (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database())::int4 AS deadlocks`,
  );
  return {
    quantities: rows.map(({ quantity }) => quantity),
    versions: rows.map(({ version }) => version),
    events: totals[0]?.events ?? Number.NaN,
    deadlocks: totals[0]?.deadlocks ?? Number.NaN,
  };
}

type Loader = (order: AdjustOrder) => Promise<Answer[]>;

/** Processes that are up and wait for what to send. */
async function startLoaders(): Promise<{ readonly processes: readonly Loader[] } & AsyncDisposable> {
  const children = Array.from({ length: PROCESSES }, () =>
    fork(new URL("./adjust-process.ts", import.meta.url), { detached: true }),
  );
  await Promise.all(children.map((child) => once(child, "message")));
  return {
    processes: children.map((child) => async (order) => {
      child.send(order);
      return await answersOf(child);
    }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        children.map(async (child) => {
          const ended = once(child, "exit");
          child.disconnect();
          await ended;
        }),
      );
    },
  };
}

async function answersOf(child: ChildProcess): Promise<Answer[]> {
  const message = await Promise.race([once(child, "message"), once(child, "exit").then(() => undefined)]);
  if (message === undefined) throw new Error("a loader ended");
  return message[0] as Answer[];
}
