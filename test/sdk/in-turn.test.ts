import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Chunk } from "../../src/sdk/chunks.ts";
import { sendInTurn } from "../../src/sdk/in-turn.ts";

const chunksNaming = (names: readonly (readonly string[])[]): Chunk[] =>
  names.map((own, number) => ({ number, first: number, count: 1, body: "", names: new Set(own) }));

/** Sends the chunks with answers that arrive in an order drawn by `s`, and tells what ran when. */
async function watch(s: fc.Scheduler, chunks: readonly Chunk[], concurrency: number) {
  const running = new Set<Chunk>();
  const started: number[] = [];
  const ended: number[] = [];
  let most = 0;
  const clashes: [number, number][] = [];
  const sending = sendInTurn(chunks, concurrency, async (chunk) => {
    for (const other of running) {
      if ([...other.names].some((name) => chunk.names.has(name))) clashes.push([other.number, chunk.number]);
    }
    running.add(chunk);
    most = Math.max(most, running.size);
    started.push(chunk.number);
    await s.schedule(Promise.resolve());
    running.delete(chunk);
    ended.push(chunk.number);
  });
  await s.waitFor(sending);
  return { started, ended, most, clashes };
}

describe("sending in turn", () => {
  it("starts all in their order, so many at a time, and never two that name the same", async () => {
    const names = fc.array(fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 2 }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        names,
        fc.integer({ min: 1, max: 4 }),
        async (s, named, concurrency) => {
          const chunks = chunksNaming(named);
          const { started, ended, most, clashes } = await watch(s, chunks, concurrency);
          expect(started).toEqual(chunks.map(({ number }) => number));
          expect(ended.toSorted((a, b) => a - b)).toEqual(started);
          expect(most).toBeLessThanOrEqual(concurrency);
          expect(clashes).toEqual([]);
        },
      ),
      { seed: 7 },
    );
  });

  it("begins no more after a failure, waits for what runs, and then throws it", async () => {
    const chunks = chunksNaming([["a"], ["b"], ["c"], ["d"]]);
    const events: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sending = sendInTurn(chunks, 2, async ({ number }) => {
      events.push(`start ${number}`);
      if (number === 0) await held;
      else throw new Error(`no ${number}`);
      events.push(`end ${number}`);
    });
    const outcome = sending.catch((error: unknown) => events.push(String(error)));
    await new Promise((resolve) => setImmediate(resolve));
    release();
    await outcome;
    expect(events).toEqual(["start 0", "start 1", "end 0", "Error: no 1"]);
  });

  it("throws what making a chunk throws, after what runs has ended", async () => {
    const [first] = chunksNaming([["a"]]);
    const ended: number[] = [];
    function* broken(): Generator<Chunk> {
      yield first!;
      throw new TypeError("not JSON");
    }
    const sending = sendInTurn(broken(), 2, async ({ number }) => {
      await Promise.resolve();
      ended.push(number);
    });
    await expect(sending).rejects.toThrow("not JSON");
    expect(ended).toEqual([0]);
  });
});
