/** What is counted, and by which labels: each from a small set that no request can add to. */
const FAMILIES = {
  /** Requests answered. */
  requests: ["route", "method", "status"],
  /** Requests by how long they took: in the first bucket that they fit, by its bound in milliseconds. */
  durations: ["route", "le_ms"],
  /** How long requests took in all, in milliseconds. */
  duration_ms: ["route"],
  /** Answers of nearby; the reason is empty for hot ones. */
  nearby: ["path", "reason"],
  /** Requests that a limit refused. */
  refusals: ["policy"],
  /** Statements that the database did not answer, or refused. */
  database_errors: ["kind"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Family = keyof typeof FAMILIES;

/** Upper bounds of the histogram's buckets, in milliseconds, inclusive; what took longer is in the last, `+Inf`. */
export const DURATION_BOUNDS_MS: readonly number[] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];
export const BEYOND_BOUNDS = "+Inf";

/** A family and the values of its labels as one text: what counts are kept under. */
export type Series = string;

/** Counts by series. */
export type Counts = Readonly<Record<Series, number>>;

/** In no label's value. */
const SEPARATOR = "\t";

/** Stands for every label of what no longer finds a place of its own. */
export const OTHER = "other";

type LabelValues<Names extends readonly string[]> = { readonly [Index in keyof Names]: string };

/** The series of a family with these values of its labels. */
export function seriesOf<F extends Family>(family: F, labels: LabelValues<(typeof FAMILIES)[F]>): Series {
  return `${family}${SEPARATOR}${labels.join(SEPARATOR)}`;
}

/** One series of a family, with its count. */
export type LabelledCount<F extends Family> = {
  readonly labels: Readonly<Record<(typeof FAMILIES)[F][number], string>>;
  readonly count: number;
};

/** All series of a family, by the values of their labels. */
export function countsOf<F extends Family>(family: F, counts: Counts): readonly LabelledCount<F>[] {
  const prefix = family + SEPARATOR;
  const names: readonly string[] = FAMILIES[family];
  return Object.keys(counts)
    .filter((series) => series.startsWith(prefix))
    .sort()
    .map((series) => {
      const values = series.slice(prefix.length).split(SEPARATOR);
      const labels = Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""]));
      return { labels: labels as LabelledCount<F>["labels"], count: counts[series] ?? 0 };
    });
}
