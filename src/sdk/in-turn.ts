import type { Chunk } from "./chunks.ts";

/**
 * Sends the chunks in their order, at most `concurrency` at a time, and never two that name the same thing: the second
 * waits for the first. Begins no more after a failure, which it throws once all that run have ended.
 */
export async function sendInTurn(
  chunks: Iterable<Chunk>,
  concurrency: number,
  send: (chunk: Chunk) => Promise<void>,
): Promise<void> {
  const running = new Map<Chunk, Promise<void>>();
  const failures: unknown[] = [];
  const start = async (chunk: Chunk): Promise<void> => {
    try {
      await send(chunk);
    } catch (error) {
      failures.push(error);
    }
    running.delete(chunk);
  };
  try {
    for (const chunk of chunks) {
      while (running.size >= concurrency || [...running.keys()].some((other) => overlap(other, chunk))) {
        await Promise.race(running.values());
      }
      if (failures.length > 0) break;
      running.set(chunk, start(chunk));
    }
  } catch (error) {
    failures.push(error);
  }
  await Promise.all(running.values());
  if (failures.length > 0) throw failures[0];
}

function overlap(a: Chunk, b: Chunk): boolean {
  for (const name of a.names) if (b.names.has(name)) return true;
  return false;
}
