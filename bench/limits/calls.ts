import type { WorkerCopies } from "../../test/support/worker-copies.ts";

/** Counts the calls that isolates have sent to limiter objects. */
export class CallCounter {
  readonly #copies: WorkerCopies;
  /** The number of each isolate's last call. */
  readonly #last = new Map<string, number>();

  constructor(copies: WorkerCopies) {
    this.#copies = copies;
  }

  /**
   * How many calls were sent since the last count by the isolates that have called this object, to whichever object:
   * an isolate numbers its calls through.
   */
  async count(object: string): Promise<number> {
    const sql = "SELECT holder, max(seq) AS seq FROM grants GROUP BY holder";
    const rows = (await this.#copies.query(object, sql)) as { holder: string; seq: number }[];
    let calls = 0;
    for (const { holder, seq } of rows) {
      calls += seq - (this.#last.get(holder) ?? -1);
      this.#last.set(holder, seq);
    }
    return calls;
  }
}
