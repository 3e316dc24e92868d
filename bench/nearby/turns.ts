/** Timers are up to a millisecond late, and naps a tenth of one. */
const TIMER_LATE_MS = 2;
const NAP_LATE_MS = 0.1;
const LONGEST_NAP_MS = 0.05;

/** Does `work` whenever something is due, until `untilMs`, and leaves the processor to others where it may. */
export function inTurns(
  work: () => void,
  due: () => { atMs: number; mayNap: boolean },
  untilMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const turn = (): void => {
      work();
      const nowMs = performance.now();
      const { atMs, mayNap } = due();
      const waitMs = Math.min(atMs, untilMs) - nowMs;
      if (nowMs >= untilMs) resolve();
      else if (waitMs > 2 * TIMER_LATE_MS) setTimeout(turn, waitMs - TIMER_LATE_MS);
      else {
        if (mayNap && waitMs > 2 * NAP_LATE_MS) nap(Math.min(waitMs - NAP_LATE_MS, LONGEST_NAP_MS));
        setImmediate(turn);
      }
    };
    turn();
  });
}

const NOBODY_WAKES = new Int32Array(new SharedArrayBuffer(4));

function nap(ms: number): void {
  Atomics.wait(NOBODY_WAKES, 0, 0, ms);
}
