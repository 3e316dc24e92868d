import type { Availability, VerificationMethod } from "../../stock-words.ts";
import type { Figures } from "./metrics.ts";

/** The label of all that has none of its own. */
const OTHER = "other";

/** Figures under a label. */
type LabelledFigures<Entry extends Figures> = {
  readonly label: string;
  readonly figures: Figures;
  /** What these are the figures of; undefined for a sum. */
  readonly entry: Entry | undefined;
};

/**
 * The figures of `entries`, each label once. Of more than `max` labels those with the most items stay, ties going to
 * the earlier; the rest is summed under `other`, together with what is itself labelled so. Entries that share a label
 * are summed too. A sum has counts, but neither ratios nor ages: they do not add up.
 */
export function largestFigures<Entry extends Figures>(
  entries: readonly Entry[],
  labelOf: (entry: Entry) => string,
  max: number,
): readonly LabelledFigures<Entry>[] {
  const kept = largestLabels(Map.groupBy(entries, labelOf), max);
  const groups = Map.groupBy(entries, (entry) => (kept.has(labelOf(entry)) ? labelOf(entry) : OTHER));
  return Array.from(groups, ([label, group]) => {
    const [entry] = group;
    const isItself = group.length === 1 && entry !== undefined && labelOf(entry) === label;
    return isItself ? { label, figures: entry, entry } : { label, figures: sumOf(group), entry: undefined };
  });
}

function largestLabels(groups: ReadonlyMap<string, readonly Figures[]>, max: number): ReadonlySet<string> {
  if (groups.size <= max) return new Set(groups.keys());
  const sizes = Array.from(groups, ([label, group]) => ({
    label,
    size: group.reduce((total, { items }) => total + items.total, 0),
  }));
  const bySize = sizes.filter(({ label }) => label !== OTHER).sort((a, b) => b.size - a.size);
  return new Set(bySize.slice(0, max).map(({ label }) => label));
}

function sumOf(all: readonly Figures[]): Figures {
  const sum = (countOf: (figures: Figures) => number): number =>
    all.reduce((total, figures) => total + countOf(figures), 0);
  const available = (word: Availability): number => sum(({ items }) => items.by_availability[word]);
  const proven = (kind: VerificationMethod): number => sum(({ proof }) => proof.by_kind[kind]);
  return {
    items: {
      total: sum(({ items }) => items.total),
      by_availability: {
        in_stock: available("in_stock"),
        low_stock: available("low_stock"),
        out_of_stock: available("out_of_stock"),
        on_request: available("on_request"),
        scheduled_only: available("scheduled_only"),
      },
    },
    freshness: {
      window_s: all[0]?.freshness.window_s ?? 0,
      fresh: sum(({ freshness }) => freshness.fresh),
      aging: sum(({ freshness }) => freshness.aging),
      stale: sum(({ freshness }) => freshness.stale),
      fresh_ratio: null,
      age_s: { p50: null, p90: null, p99: null, max: null },
    },
    proof: {
      items_with_proof: sum(({ proof }) => proof.items_with_proof),
      coverage: null,
      by_kind: {
        shelf_snap: proven("shelf_snap"),
        count: proven("count"),
        pos_sync: proven("pos_sync"),
        assertion: proven("assertion"),
      },
    },
  };
}
