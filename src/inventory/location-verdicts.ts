import { geodesicDistanceM } from "../geo/geodesic.ts";
import type { Point } from "../geo/point.ts";
import { estimateDelivery } from "./delivery-estimate.ts";
import type { LocationReason } from "./nearby-explain.ts";
import type { RankedLocation } from "./nearby-locations.ts";
import type { NearbyQuery } from "./nearby-query.ts";
import { isOpenAt } from "./opening-hours.ts";
import { deliveryTerms, type PageRow } from "./page-columns.ts";

/** A location as pure code looks at it. */
export type Candidate = Pick<
  PageRow,
  | "locationId"
  | "partnerId"
  | "lat"
  | "lng"
  | "timeZone"
  | "openingHours"
  | "deliveryRadiusM"
  | "prepMinutes"
  | "speedKmh"
>;

/** Locations by what opening hours and delivery terms make of them. */
export type Verdicts = {
  /** Within the radius and eligible, in the order asked for. */
  readonly eligible: readonly RankedLocation[];
  readonly left: Readonly<Record<LocationReason, readonly RankedLocation[]>>;
  /** Eligible but beyond the radius, within `outsideM`. */
  readonly outside: readonly RankedLocation[];
};

/** Whether the query asks what only opening hours and delivery terms can tell. */
export function needsVerdicts({ openNow, deliverable, sort }: NearbyQuery): boolean {
  return openNow || deliverable || sort === "delivery";
}

/** Sorts candidates into those the query wants and those it does not, as of `nowMs`. */
export function judgeLocations(
  candidates: readonly Candidate[],
  query: NearbyQuery,
  outsideM: number,
  nowMs: number,
): Verdicts {
  const eligible: Judged[] = [];
  const left: Record<LocationReason, RankedLocation[]> = { closed: [], not_deliverable: [] };
  const outside: RankedLocation[] = [];
  for (const candidate of candidates) {
    const judged = judge(candidate, query.point, nowMs);
    const reason = leftOutFor(judged, query);
    if (judged.nearness <= query.radiusM) {
      if (reason === undefined) eligible.push(judged);
      else left[reason].push(judged);
    } else if (reason === undefined && judged.nearness <= outsideM) {
      outside.push(judged);
    }
  }
  return { eligible: query.sort === "delivery" ? rankByDelivery(eligible) : eligible, left, outside };
}

/** `nearness` is the distance in metres; `earliestAtMs` is infinite where there is no delivery. */
type Judged = RankedLocation & { readonly open: boolean; readonly earliestAtMs: number };

function judge(candidate: Candidate, point: Point, nowMs: number): Judged {
  const { locationId, partnerId, openingHours, timeZone } = candidate;
  const distanceM = geodesicDistanceM(point, candidate);
  const estimate = estimateDelivery({
    distanceM,
    delivery: deliveryTerms(candidate),
    openingHours,
    timeZone,
    nowMs,
  });
  return {
    locationId,
    partnerId,
    nearness: distanceM,
    open: isOpenAt(openingHours, timeZone, nowMs),
    earliestAtMs: estimate.available ? estimate.earliestAtMs : Number.POSITIVE_INFINITY,
  };
}

function leftOutFor({ open, earliestAtMs }: Judged, query: NearbyQuery): LocationReason | undefined {
  if (query.openNow && !open) return "closed";
  if (query.deliverable && earliestAtMs === Number.POSITIVE_INFINITY) return "not_deliverable";
  return undefined;
}

/** Earliest first, then nearest; locations that tie in both share a rank, so that their items decide. */
function rankByDelivery(locations: readonly Judged[]): RankedLocation[] {
  const before = (a: Judged, b: Judged) =>
    a.earliestAtMs === b.earliestAtMs ? a.nearness - b.nearness : a.earliestAtMs < b.earliestAtMs ? -1 : 1;
  const sorted = [...locations].sort(before);
  let rank = 0;
  return sorted.map((location, i) => {
    const previous = sorted[i - 1];
    if (previous !== undefined && before(previous, location) !== 0) rank = i;
    return { ...location, nearness: rank };
  });
}
