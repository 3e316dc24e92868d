import { DurableObject } from "cloudflare:workers";
import type { LeaseCall, LeaseReply } from "./lease-call.ts";
import { Ledger } from "./ledger.ts";
import { readLedger, writeLedger } from "./ledger-storage.ts";

/**
 * The limiter of one subject under one policy. Its clock decides. An answer leaves only when what it grants is stored:
 * the runtime holds it back until then.
 */
export class LimiterObject extends DurableObject {
  /** Read when it is first needed; undefined also after everything was deleted. */
  #ledger: Ledger | undefined;
  #hasAlarm = false;

  /** Answers a call; the same call again is charged once. */
  async answer(call: LeaseCall): Promise<LeaseReply> {
    const { storage } = this.ctx;
    this.#ledger ??= new Ledger(readLedger(storage.sql));
    const { reply, changes } = this.#ledger.answer(call, Date.now());
    const { lastExpiryMs } = this.#ledger;
    try {
      storage.transactionSync(() => writeLedger(storage.sql, changes));
    } catch (error) {
      // What is stored counts: it is read again.
      this.#ledger = undefined;
      throw error;
    }
    if (!this.#hasAlarm) {
      await storage.setAlarm(lastExpiryMs);
      this.#hasAlarm = true;
    }
    return reply;
  }

  /** Deletes all there is once none of it counts any more. */
  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    this.#ledger ??= new Ledger(readLedger(storage.sql));
    if (this.#ledger.lastExpiryMs > Date.now()) {
      await storage.setAlarm(this.#ledger.lastExpiryMs);
      return;
    }
    this.#ledger = undefined;
    this.#hasAlarm = false;
    await storage.deleteAll();
  }
}
