import type { Name } from "./field.ts";
import { inOrder, WHAT } from "./report.ts";
import type { Line } from "./summary.ts";

const WIDTH = 720;
const BAR_FROM = 170;
const BAR_MOST = 420;
const ROW = 26;
const TOP = 44;
const OURS: readonly Name[] = ["hot", "mixed", "cold"];

/** Colours that are readable on white and on black alike, without asking which it is, but for the text. */
const STYLE = `text{font:13px system-ui,sans-serif;fill:#24292f}.title{font-weight:600}.note{fill:#57606a}
.ours{fill:#2f81f7}.other{fill:#8b949e}.mark{fill:#d29922}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.note{fill:#9da7b3}}`;

/** An SVG of requests per second, and of latencies at half of that. */
export function chartOf(lines: readonly Line[]): string {
  const ordered = inOrder(lines);
  const [peaks, peaksEnd] = panel("Requests per second, one core for the server", ordered, 0, (line, y) => {
    const most = Math.max(...ordered.map(({ perSecond }) => perSecond));
    const length = (BAR_MOST * line.perSecond) / most;
    return bar(line, y, length) + label(length, y, Math.round(line.perSecond).toLocaleString("en"));
  });
  const [latencies, end] = panel(
    "Milliseconds at half of that: p50 (bar) and p99 (mark), logarithmic",
    ordered,
    peaksEnd,
    (line, y) => {
      const least = Math.min(...ordered.map(({ p50Ms }) => p50Ms)) / 2;
      const most = Math.max(...ordered.map(({ p99Ms }) => p99Ms));
      const lengthOf = (ms: number): number => (BAR_MOST * Math.log(ms / least)) / Math.log(most / least);
      const mark = `<rect class="mark" x="${(BAR_FROM + lengthOf(line.p99Ms) - 2).toFixed(1)}" y="${y - 12}" width="4" height="16"/>`;
      const text = `${line.p50Ms.toFixed(2)}, ${line.p99Ms.toFixed(2)}`;
      return bar(line, y, lengthOf(line.p50Ms)) + mark + label(lengthOf(line.p99Ms), y, text);
    },
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${end}" role="img" aria-label="Requests per second and latency of the contenders">
<style>${STYLE}</style>
${peaks}
${latencies}
</svg>
`;
}

/** A title and a row for each line, from `top` on, and where they end. */
function panel(
  title: string,
  lines: readonly Line[],
  top: number,
  row: (line: Line, y: number) => string,
): [string, number] {
  const rows = lines.map((line, i) => {
    const y = top + TOP + i * ROW + 12;
    return `<text x="${BAR_FROM - 8}" y="${y}" text-anchor="end">${WHAT[line.name]}</text>${row(line, y)}`;
  });
  const svg = [`<text class="title" x="8" y="${top + 24}">${title}</text>`, ...rows].join("\n");
  return [svg, top + TOP + lines.length * ROW + 8];
}

function bar({ name }: Line, y: number, length: number): string {
  const kind = OURS.includes(name) ? "ours" : "other";
  return `<rect class="${kind}" x="${BAR_FROM}" y="${y - 12}" width="${length.toFixed(1)}" height="16" rx="2"/>`;
}

function label(length: number, y: number, text: string): string {
  return `<text class="note" x="${(BAR_FROM + length + 8).toFixed(1)}" y="${y}">${text}</text>`;
}
