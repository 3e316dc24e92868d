import { DurableObject } from "cloudflare:workers";

/** Sends an endpoint (a UUID) what is due, and returns when there is more to do, epoch milliseconds; undefined: never. */
export type Deliver = (endpointId: string) => Promise<number | undefined>;

const ENDPOINT_ID = "endpoint_id";

/**
 * The sender of one endpoint, named by its id. Each sends in an invocation of its own, with a clock of its own: whatever
 * one endpoint does, no other waits for it. What there is to do stands in Postgres; this holds an alarm and nothing else.
 */
export abstract class EndpointSender extends DurableObject {
  protected abstract readonly deliver: Deliver;

  /** Sends what is due, now or, when that is being done already, once more after it. */
  async wake(endpointId: string): Promise<void> {
    this.ctx.storage.kv.put(ENDPOINT_ID, endpointId);
    await this.ctx.storage.setAlarm(Date.now());
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const endpointId = storage.kv.get<string>(ENDPOINT_ID);
    const nextMs = endpointId === undefined ? undefined : await this.deliver(endpointId);
    // Set by whoever woke it meanwhile.
    const wokenMs = await storage.getAlarm();
    if (nextMs !== undefined) await storage.setAlarm(Math.min(nextMs, wokenMs ?? nextMs));
    else if (wokenMs === null) await storage.deleteAll();
  }
}
