/** Where a long job stands, for who waits for it. */
export type Progress = {
  /** Begins a part of which the size is known. */
  readonly start: (label: string, total: number) => void;
  /** One more of that part is done. */
  readonly advance: () => void;
  /** Begins a part of unknown size. */
  readonly step: (label: string) => void;
  /** Ends the last part. */
  readonly finish: () => void;
};

const BAR_WIDTH = 30;
const REDRAW_EVERY_MS = 100;
/** Asking the clock for each of millions of rows would cost more than the rows. */
const LOOK_AT_CLOCK_EVERY = 1024;

/** A bar that is drawn over itself on a terminal; elsewhere a line for each part as it ends. */
export function progressBar(out: NodeJS.WriteStream, clock: () => number = Date.now): Progress {
  const beganMs = clock();
  let part: { label: string; total: number; done: number; sinceMs: number } | undefined;
  let drawnMs = 0;

  const draw = (): void => {
    if (part === undefined || !out.isTTY) return;
    drawnMs = clock();
    const elapsed = seconds(drawnMs - beganMs);
    out.write(`\r\u001b[K${part.total === 0 ? part.label : bar(part)}  ${elapsed}`);
  };
  const finish = (): void => {
    if (part === undefined) return;
    const count = part.total === 0 ? "" : `${part.done.toLocaleString("en")} `;
    out.write(`${out.isTTY ? "\r\u001b[K" : ""}${count}${part.label}: ${seconds(clock() - part.sinceMs)}\n`);
    part = undefined;
  };
  const begin = (label: string, total: number): void => {
    finish();
    part = { label, total, done: 0, sinceMs: clock() };
    draw();
  };
  return {
    start: begin,
    advance: () => {
      if (part === undefined) return;
      part.done++;
      if (part.done % LOOK_AT_CLOCK_EVERY === 0 && clock() - drawnMs >= REDRAW_EVERY_MS) draw();
    },
    step: (label) => begin(label, 0),
    finish,
  };
}

function bar({ label, total, done }: { label: string; total: number; done: number }): string {
  const share = Math.min(1, done / total);
  const filled = Math.round(share * BAR_WIDTH);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `[${"#".repeat(filled).padEnd(BAR_WIDTH, ".")}] ${percent} %  ${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${label}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
