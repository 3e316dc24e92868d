import * as tables from "../../../src/db/schema.ts";
import { db } from "../../support/database.ts";
import { modelAnswer, type Question } from "../../support/nearby-model.ts";
import type { Market } from "../../support/nearby-model-row.ts";

/** A state of the database between two changes. */
type State = {
  readonly market: Market;
  /** From here on it may be seen: the change that led to it was sent. */
  readonly fromMs: number;
  /** From here on it must not be seen any more: the next change is acknowledged. */
  untilMs: number;
};

type Item = {
  readonly item_id: string;
  readonly distance_m: number;
  readonly location: { readonly location_id: string };
};
/** What of an answer is compared. */
type Body = { readonly items: readonly Item[]; readonly next_cursor: string | null; readonly as_of: string };

/** All that the database held, one change after the other, by a clock that the test moves. */
export class MarketHistory {
  readonly #states: State[] = [];
  /** How many rows were judged, and of them those that older states alone explain. */
  readonly judged = { rows: 0, behind: 0, betweenCells: 0 };

  /** Notes a change that was sent at `fromMs` and acknowledged at `ackMs`, or the beginning. */
  async note(fromMs: number, ackMs: number): Promise<void> {
    const last = this.#states.at(-1);
    if (last !== undefined) last.untilMs = ackMs;
    this.#states.push({ market: await readMarket(), fromMs, untilMs: Number.POSITIVE_INFINITY });
    if (this.#states.length > 200) this.#states.shift();
  }

  /**
   * Whether every row of an answer of `nowMs` is one of a state since `asOfMs`, and every row that all those states
   * have is in it; that is, whether the answer shows everything that was acknowledged before. An answer that ended at
   * `endMs` may show what was sent until then.
   * @throws with what is wrong.
   */
  judge(question: Question, body: Body, { asOfMs, nowMs, endMs }: Moments): void {
    const states = this.#states.filter(({ fromMs, untilMs }) => untilMs >= asOfMs && fromMs <= endMs);
    const answers = states.map(({ market }) => modelAnswer(market, question, nowMs).items as readonly Item[]);
    const allowed = new Set(answers.flat().map((item) => JSON.stringify(item)));
    const newest = new Set((answers.at(-1) ?? []).map((item) => JSON.stringify(item)));
    const shown = new Set<string>();
    for (const item of body.items) {
      this.judged.rows++;
      const text = JSON.stringify(item);
      if (!allowed.has(text)) throw new Error(`shown, and never true of late: ${text}`);
      if (!newest.has(text)) this.judged.behind++;
      if (shown.has(keyOf(item))) throw new Error(`shown twice: ${text}`);
      shown.add(keyOf(item));
    }
    if (body.next_cursor !== null) throw new Error("the test means to ask for everything on one page");
    for (const item of answers[0] ?? []) {
      const always = answers.map((items) => items.find((other) => keyOf(other) === keyOf(item)));
      if (shown.has(keyOf(item)) || always.includes(undefined)) continue;
      // Its location has moved: the tile that it left may be younger than the one that it came to.
      if (always.some((other) => other?.distance_m !== item.distance_m)) this.judged.betweenCells++;
      else throw new Error(`not shown, and true all the time: ${JSON.stringify(item)}`);
    }
    for (const [i, item] of body.items.entries()) {
      const before = body.items[i - 1];
      if (before !== undefined && (question.sort ?? "distance") === "distance") {
        if (before.distance_m > item.distance_m) throw new Error("not in order");
      }
    }
  }
}

type Moments = { readonly asOfMs: number; readonly nowMs: number; readonly endMs: number };

const keyOf = ({ item_id, location }: Item): string => `${item_id} ${location.location_id}`;

async function readMarket(): Promise<Market> {
  return {
    partners: await db.select().from(tables.partners),
    locations: await db.select().from(tables.locations),
    items: await db.select().from(tables.items),
    proofs: await db.select().from(tables.proofs),
    stockRows: await db.select().from(tables.stockRows),
  };
}
