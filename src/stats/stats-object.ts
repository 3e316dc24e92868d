import { DurableObject } from "cloudflare:workers";
import type { StatsTotals } from "./stats-store.ts";
import type { Delta } from "./sums.ts";
import { Sums } from "./sums.ts";
import { readSums, writeSums } from "./sums-storage.ts";

/**
 * Sums what all isolates count, for ever: there is one. An answer leaves only when what it counted is stored: the runtime
 * holds it back until then.
 */
export class StatsObject extends DurableObject {
  /** Read when it is first needed. */
  #sums: Sums | undefined;

  /** Counts the delta, unless it counted before. */
  async add(delta: Delta): Promise<void> {
    const { storage } = this.ctx;
    const changes = this.#read().add(delta, Date.now());
    if (changes === undefined) return;
    try {
      storage.transactionSync(() => writeSums(storage.sql, changes));
    } catch (error) {
      // What is stored counts: it is read again.
      this.#sums = undefined;
      throw error;
    }
  }

  async totals(): Promise<StatsTotals> {
    const { counts, sinceMs } = this.#read();
    return { counts, sinceMs };
  }

  #read(): Sums {
    this.#sums ??= new Sums(readSums(this.ctx.storage.sql));
    return this.#sums;
  }
}
