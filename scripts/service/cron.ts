import type { Miniflare } from "miniflare";

const EVERY_MS = 60_000;

/** Fires the Worker's cron handler every minute, which nothing else does here; at the next minute, when it fails. */
export function fireCronEveryMinute(miniflare: Miniflare): Disposable {
  const timer = setInterval(() => {
    fireCron(miniflare).catch((error: unknown) => {
      console.error("The cron handler failed:", error instanceof Error ? error.message : error);
    });
  }, EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Fires the Worker's cron handler once, and returns when it is done. */
export async function fireCron(miniflare: Miniflare): Promise<void> {
  const worker = await miniflare.getWorker();
  await worker.scheduled({ cron: "* * * * *" });
}
