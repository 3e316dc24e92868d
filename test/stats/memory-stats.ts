import type { StatsStore } from "../../src/stats/stats-store.ts";
import { Sums } from "../../src/stats/sums.ts";

/** Sums in this process, which can be taken away. */
export type MemoryStats = StatsStore & { isAway: boolean };

export function createMemoryStats(): MemoryStats {
  const sums = new Sums();
  const reach = () => {
    if (stats.isAway) throw new Error("out of reach");
  };
  const stats: MemoryStats = {
    isAway: false,
    async add(delta) {
      reach();
      sums.add(structuredClone(delta), Date.now());
    },
    async totals() {
      reach();
      return { counts: sums.counts, sinceMs: sums.sinceMs };
    },
  };
  return stats;
}
