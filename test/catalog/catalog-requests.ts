import { type History, LOCATION_REFS, NOW_MS, namedIn, ROUNDS } from "./catalog-arbitraries.ts";
import type { WireEntry, WireMethod, WireRequest } from "./wire.ts";

const METHODS: readonly WireMethod[] = ["POST", "PATCH", "DELETE"];

/**
 * What a partner with the first so many of `LOCATION_REFS` is sent for these histories, in the one order or the other:
 * in each round one request of each method, that of all histories together. With one location, it is named or not.
 */
export function requestsOf(
  histories: readonly History[],
  order: 0 | 1,
  locationCount: number,
): WireRequest[] {
  const observations = histories.flatMap(namedIn);
  const requests: WireRequest[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const turn of METHODS.keys()) {
      const method = METHODS[(turn + round + order) % METHODS.length]!;
      const entries = observations
        .filter((observation) => observation.method === method)
        .flatMap(({ entry, sent }) =>
          sent[order].filter((copy) => copy.round === round).map(({ place }) => ({ entry, place })),
        )
        .sort((a, b) => a.place - b.place)
        .map(({ entry }) => placed(entry, method, locationCount));
      const nowMs = NOW_MS + requests.length * 1000;
      if (entries.length > 0) requests.push({ method, entries, nowMs });
    }
  }
  return requests;
}

function placed(entry: WireEntry, method: WireMethod, locationCount: number): WireEntry {
  const { location_ref, ...rest } = entry;
  const place = LOCATION_REFS.indexOf(location_ref ?? "");
  if (place === -1) return entry;
  // The only one there is may be named or not; a DELETE without a place means every place.
  if (locationCount === 1 && place > 0 && method !== "DELETE") return rest;
  return { ...rest, location_ref: LOCATION_REFS[place % locationCount]! };
}
