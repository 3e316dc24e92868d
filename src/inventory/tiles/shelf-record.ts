import type { Availability, VerificationMethod } from "../../stock-words.ts";
import { itemJson, locationMembersJson, proofJson, rowKind } from "../nearby-json.ts";
import type { OpeningHours } from "../opening-hours.ts";
import { deliveryTerms } from "../page-columns.ts";
import type { WantedShelf } from "./fill-statement.ts";
import type { Shelf, TileItem } from "./tile.ts";

/** A shelf as `fillStatement` gives it. */
export type ShelfRecord = readonly [
  location: LocationRecord,
  /** Those that no shelf before it had. */
  items: readonly ItemRecord[],
  rows: readonly RowRecord[],
];

type LocationRecord = readonly [
  version: string,
  name: string,
  partnerName: string,
  /** Digits: beyond what a number holds. */
  h3Cell: string,
  lat: number,
  lng: number,
  xM: number,
  yM: number,
  zM: number,
  timeZone: string,
  openingHours: OpeningHours,
  deliveryRadiusM: number | null,
  prepMinutes: number | null,
  speedKmh: number | null,
];

type ItemRecord = readonly [
  itemId: string,
  externalRef: string,
  title: string,
  brand: string | null,
  category: string | null,
  gtin: string | null,
  imageUrl: string | null,
  buyUrl: string | null,
];

type RowRecord = readonly [
  /** Place among the items of all the shelves. */
  item: number,
  verifiedAtMs: number,
  priceAmount: number,
  quantity: number,
  currency: string,
  availability: Availability,
  method: VerificationMethod,
  proof?: ProofRecord,
];

type ProofRecord = readonly [
  proofId: string,
  kind: VerificationMethod,
  mediaUrl: string | null,
  sha256: string | null,
  capturedAtMs: number,
  receivedAtMs: number,
  distanceFromLocationM: number | null,
];

/** Reads the shelves of one statement, in their order; they share items. */
export function shelfReader(): (
  location: WantedShelf,
  record: ShelfRecord,
) => { shelf: Shelf; h3Cell: bigint } {
  const items: TileItem[] = [];
  const itemAt = (place: number): TileItem => {
    const item = items[place];
    if (item === undefined) throw new RangeError(`no item at place ${place}`);
    return item;
  };
  return (ids, [location, newItems, rows]) => {
    for (const item of newItems) items.push(tileItem(item));
    const proofs = rows.some((row) => row.length > PROOF) ? rows.map((row) => shownProof(row[PROOF])) : null;
    return {
      h3Cell: BigInt(location[H3_CELL]),
      shelf: {
        ...ids,
        ...shownLocation(ids, location),
        items: rows.map(([place]) => itemAt(place)),
        kinds: rows.map(([, , , , currency, availability, method]) =>
          rowKind({ currency, availability, method }),
        ),
        proofs,
        numbers: rows.flatMap(([, verifiedAtMs, priceAmount, quantity]) => [
          verifiedAtMs,
          priceAmount,
          quantity,
        ]),
        asked: undefined,
      },
    };
  };
}

const H3_CELL = 3;
const PROOF = 7;

function shownLocation({ locationId, partnerId }: WantedShelf, record: LocationRecord) {
  const [version, locationName, partnerName, , lat, lng, xM, yM, zM, timeZone, openingHours, ...terms] =
    record;
  const [deliveryRadiusM, prepMinutes, speedKmh] = terms;
  return {
    locationId,
    partnerId,
    version,
    lat,
    lng,
    xM,
    yM,
    zM,
    timeZone,
    openingHours,
    delivery: deliveryTerms({ deliveryRadiusM, prepMinutes, speedKmh }),
    json: locationMembersJson({ locationId, locationName, partnerId, partnerName, lat, lng }),
  };
}

function tileItem(record: ItemRecord): TileItem {
  const [itemId, externalRef, title, brand, category, gtin, imageUrl, buyUrl] = record;
  return {
    json: itemJson({ itemId, externalRef, title, brand, category, gtin, imageUrl, buyUrl }),
    category,
    gtin,
    searchText: [title, brand, category].filter((text) => text !== null).join(" "),
    words: undefined,
    asked: undefined,
  };
}

function shownProof(proof: ProofRecord | undefined): string | null {
  if (proof === undefined) return null;
  const [proofId, proofKind, mediaUrl, sha256, capturedAtMs, receivedAtMs, distanceFromLocationM] = proof;
  return proofJson({
    proofId,
    proofKind,
    mediaUrl,
    sha256,
    capturedAtMs,
    receivedAtMs,
    distanceFromLocationM,
  });
}
