import { setTimeout as delay } from "node:timers/promises";
import { readWriteAnswer } from "./check-answers.ts";
import { openInspector } from "./inspector.ts";
import { type Sending, sendAll } from "./loader.ts";
import type { Market } from "./market.ts";
import { residentMb } from "./processes.ts";
import type { Service } from "./service.ts";

/** What a Worker is sent while one looks at its memory. */
export type MemoryLoad = {
  readonly name: string;
  readonly sendings: readonly Sending[];
  readonly concurrency: number;
};

/** In MB of 1,000,000 bytes. */
export type MemorySeen = {
  /** Isolate: JavaScript's heap, objects that nobody refers to any more included, and what its buffers hold. */
  readonly peakMb: number;
  /** Isolate: after collecting garbage at the end. */
  readonly keptMb: number;
  /** The process with all that it is besides this isolate. */
  readonly residentPeakMb: number;
};

const SAMPLE_EVERY_MS = 5;

/** Sends a Worker the load, and looks at its memory as often as it has time to answer. Rejects when it dies of it. */
export async function watchMemory(
  market: Market,
  service: Service,
  { name, sendings, concurrency }: MemoryLoad,
): Promise<MemorySeen> {
  using inspector = await openInspector(service);
  let sending = true;
  let peakMb = await inspector.heapMb();
  const sample = async (): Promise<void> => {
    while (sending) {
      peakMb = Math.max(peakMb, await inspector.heapMb());
      await delay(SAMPLE_EVERY_MS);
    }
  };
  // When the Worker dies, so do the requests.
  const sampling = sample().catch(() => undefined);
  try {
    const sender = { address: service.address, apiKey: market.apiKey };
    for (const answer of await sendAll(sender, sendings, concurrency)) {
      const { summary } = readWriteAnswer(answer, name);
      if (summary["rejected"] !== 0) throw new Error(`${name}: some entries were rejected`);
    }
  } finally {
    sending = false;
  }
  await sampling;
  await inspector.collectGarbage();
  const keptMb = await inspector.heapMb();
  return { peakMb, keptMb, residentPeakMb: residentMb(service.workerdPid).peak };
}

/** What the isolate has outside of JavaScript's heap before it is asked anything: the buffers of its libraries. */
export async function buffersMb(service: Service): Promise<number> {
  using inspector = await openInspector(service);
  return await inspector.buffersMb();
}
