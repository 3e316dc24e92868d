import type { Entry, RejectedEntry } from "./entry.ts";
import type { Facts } from "./facts.ts";

/** The JSON Pointer to the entry of this index in the body. */
export type PointerOf = (index: number) => string;

/** The entries that name no location, as far as that is known. */
export function withoutLocation(
  entries: readonly Entry[],
  facts: Facts | undefined,
  pointerOf: PointerOf,
): readonly RejectedEntry[] {
  if (facts === undefined) return [];
  return entries.flatMap((entry) => {
    const wrong = locationFault(entry, facts);
    return wrong === undefined ? [] : [rejected(entry, `${pointerOf(entry.index)}/location_ref`, wrong)];
  });
}

/** Adjustments of rows that the same request counts. */
export function conflicts(entries: readonly Entry[], pointerOf: PointerOf): readonly RejectedEntry[] {
  const detail = "this request also counts or deletes what is there: adjust it in a request of its own";
  return entries.map((entry) =>
    rejected(entry, `${pointerOf(entry.index)}/stock/adjust`, { code: "conflict", detail }),
  );
}

type Fault = { readonly code: string; readonly detail: string };

function rejected({ index, externalRef }: Entry, pointer: string, fault: Fault): RejectedEntry {
  return { index, externalRef, errors: [{ pointer, ...fault }] };
}

function locationFault({ kind, locationRef }: Entry, { locations, locationCount }: Facts): Fault | undefined {
  const putOne = "write it with PUT /connect/v1/locations/{location_ref}";
  if (locationRef !== null) {
    if (locations.has(locationRef)) return undefined;
    const detail = `you have no location with this location_ref; ${putOne} first`;
    return { code: "unknown_location", detail };
  }
  if (kind === "delete" || locationCount === 1) return undefined;
  return locationCount === 0
    ? { code: "unknown_location", detail: `you have no location yet; ${putOne} first` }
    : {
        code: "missing",
        detail: "location_ref is missing; you have several locations: it must be one of them",
      };
}
