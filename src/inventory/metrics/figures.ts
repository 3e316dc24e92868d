import { ratio } from "../../ratio.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../../stock-words.ts";
import { FRESHNESS_WINDOW_S, freshnessOf } from "../freshness.ts";
import type { Counted } from "./counted.ts";
import type { Figures } from "./metrics.ts";

/** What was counted at `asOfMs`, as the wire shows it. */
export function figuresOf(counted: Counted, asOfMs: number): Figures {
  const { total, fresh, stale } = counted;
  const ageS = (verifiedMs: number | null) =>
    verifiedMs === null ? null : freshnessOf(verifiedMs, asOfMs).ageS;
  const withProof = VERIFICATION_METHODS.reduce((sum, kind) => sum + counted[kind], 0);
  return {
    items: { total, by_availability: pick(counted, AVAILABILITIES) },
    freshness: {
      window_s: FRESHNESS_WINDOW_S,
      fresh,
      aging: total - fresh - stale,
      stale,
      fresh_ratio: ratio(fresh, total),
      age_s: {
        // The age is a falling function of the instant: their percentiles are those of one and the same row.
        p50: ageS(counted.verified_p50_ms),
        p90: ageS(counted.verified_p90_ms),
        p99: ageS(counted.verified_p99_ms),
        max: ageS(counted.oldest_verified_ms),
      },
    },
    proof: {
      items_with_proof: withProof,
      coverage: ratio(withProof, total),
      by_kind: pick(counted, VERIFICATION_METHODS),
    },
  };
}

function pick<Name extends keyof Counted>(counted: Counted, names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, counted[name]])) as Pick<Counted, Name>;
}
