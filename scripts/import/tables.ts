import { geodesicDistanceM } from "../../src/geo/geodesic.ts";
import { type CopyValue, copyLine } from "./copy-text.ts";
import { type Location, locationDetails, type Market, type Partner } from "./market.ts";
import { seededBytes, seededRandom, seededUuid, timeOfUuid } from "./random.ts";
import { isStatedAvailability, PROVEN_METHOD, PROVEN_SHARE, stockOf } from "./stock.ts";

/** How a table is filled: the lines hold the columns in their order, in COPY's text format. */
export type TableSource = {
  readonly table: string;
  readonly columns: readonly string[];
  readonly lines: (market: Market) => Iterable<string>;
  /** For a progress bar: what is known beforehand, or about how many. */
  readonly expectedRows: (market: Market) => number;
};

const CURRENCY = "USD";

/** In an order in which every row comes after those it refers to. */
export const TABLE_SOURCES: readonly TableSource[] = [
  {
    table: "partners",
    expectedRows: ({ partners }) => partners.length,
    columns: ["partner_id", "name", "contact_email", "status", "created_at"],
    lines: ({ partners, nowMs }) =>
      partners.map(({ partnerId, name, slug }) =>
        copyLine([partnerId, name, `connect@${slug}.example`, "approved", new Date(nowMs)]),
      ),
  },
  {
    table: "items",
    expectedRows: ({ partners }) => partners.reduce((total, { catalogue }) => total + catalogue.length, 0),
    columns: [
      "item_id",
      "partner_id",
      "external_ref",
      "title",
      "brand",
      "category",
      "gtin",
      "image_url",
      "buy_url",
      "search_keys",
      "details_observed_at",
      "created_at",
      "updated_at",
    ],
    lines: ({ partners, nowMs }) => partners.flatMap((partner) => itemLines(partner, new Date(nowMs))),
  },
  {
    table: "locations",
    expectedRows: ({ locations }) => locations.length,
    columns: [
      "location_id",
      "partner_id",
      "location_ref",
      "name",
      "lat",
      "lng",
      "h3_cell",
      "x_m",
      "y_m",
      "z_m",
      "timezone",
      "opening_hours",
      "delivery_radius_m",
      "prep_minutes",
      "speed_kmh",
      "created_at",
      "updated_at",
    ],
    lines: function* ({ locations, nowMs }) {
      for (const location of locations) yield locationLine(location, new Date(nowMs));
    },
  },
  {
    table: "proofs",
    expectedRows: (market) => Math.round(stockRowCount(market) * PROVEN_SHARE),
    columns: [
      "proof_id",
      "partner_id",
      "location_id",
      "item_id",
      "kind",
      "media_url",
      "sha256",
      "captured_at",
      "captured_lat",
      "captured_lng",
      "received_at",
      "distance_from_location_m",
    ],
    lines: proofLines,
  },
  {
    table: "stock_rows",
    expectedRows: stockRowCount,
    columns: [
      "location_id",
      "item_id",
      "partner_id",
      "proof_id",
      "verified_at",
      "price_amount",
      "availability",
      "verification_method",
      "quantity",
      "reserved",
      "price_currency",
      "availability_stated",
      "price_observed_at",
      "stock_observed_at",
      "counted_observed_at",
      "updated_at",
    ],
    lines: stockLines,
  },
  {
    table: "shelves",
    expectedRows: ({ locations }) => locations.length,
    columns: ["location_id", "partner_id", "row_count"],
    lines: function* ({ locations, itemsPerStore }) {
      for (const { locationId, partner } of locations)
        yield copyLine([locationId, partner.partnerId, itemsPerStore]);
    },
  },
];

function stockRowCount({ locations, itemsPerStore }: Market): number {
  return locations.length * itemsPerStore;
}

function itemLines({ partnerId, slug, catalogue }: Partner, now: Date): string[] {
  return catalogue.map(({ itemId, ref, title, brand, category, gtin, searchKeys }) => {
    const page = `https://${slug}.example/products/${encodeURIComponent(ref)}`;
    const imageUrl = `${page}.jpg`;
    return copyLine([
      itemId,
      partnerId,
      ref,
      title,
      brand,
      category,
      gtin,
      imageUrl,
      page,
      searchKeys,
      now,
      now,
      now,
    ]);
  });
}

function locationLine(location: Location, now: Date): string {
  const { name, position, timezone, openingHours, delivery } = locationDetails(location);
  const hours: CopyValue = openingHours === null ? null : { json: openingHours };
  return copyLine([
    location.locationId,
    location.partner.partnerId,
    location.ref,
    name,
    location.lat,
    location.lng,
    position.h3Cell,
    position.xM,
    position.yM,
    position.zM,
    timezone,
    hours,
    delivery?.radiusM ?? null,
    delivery?.prepMinutes ?? null,
    delivery?.speedKmh ?? null,
    now,
    now,
  ]);
}

/** 22 m or less. */
const MAX_CAPTURE_OFFSET_DEGREES = 0.0002;

function proofId(location: Location, itemId: string): string {
  return seededUuid(`proof/${location.locationId}/${itemId}`, timeOfUuid(location.locationId));
}

function* proofLines({ locations, itemsPerStore, nowMs }: Market): Generator<string> {
  for (const location of locations) {
    for (const { item, method, verifiedAtMs } of stockOf(location, itemsPerStore, nowMs)) {
      if (method === PROVEN_METHOD) yield proofLine(location, item.itemId, verifiedAtMs);
    }
  }
}

function proofLine(location: Location, itemId: string, capturedAtMs: number): string {
  const id = proofId(location, itemId);
  const random = seededRandom(id);
  const capturedLat = towardsZero(location.lat, random.fraction() * MAX_CAPTURE_OFFSET_DEGREES);
  const capturedLng = towardsZero(location.lng, random.fraction() * MAX_CAPTURE_OFFSET_DEGREES);
  return copyLine([
    id,
    location.partner.partnerId,
    location.locationId,
    itemId,
    PROVEN_METHOD,
    `https://${location.partner.slug}.example/proofs/${id}.jpg`,
    seededBytes(id),
    new Date(capturedAtMs),
    capturedLat,
    capturedLng,
    new Date(capturedAtMs + random.integer(1000, 20_000)),
    geodesicDistanceM(location, { lat: capturedLat, lng: capturedLng }),
  ]);
}

/** A step that never leaves the range of latitudes or longitudes. */
function towardsZero(degrees: number, step: number): number {
  return degrees - Math.sign(degrees) * step;
}

/**
 * Written out, because there are millions of these lines; no value in them needs escaping. Each row was observed once,
 * as a whole, when it was verified.
 */
function* stockLines({ locations, itemsPerStore, nowMs }: Market): Generator<string> {
  for (const location of locations) {
    const { locationId, partner } = location;
    for (const row of stockOf(location, itemsPerStore, nowMs)) {
      const { itemId } = row.item;
      const proof = row.method === PROVEN_METHOD ? proofId(location, itemId) : "\\N";
      const verifiedAt = new Date(row.verifiedAtMs).toISOString();
      const stated = isStatedAvailability(row.availability);
      yield `${locationId}\t${itemId}\t${partner.partnerId}\t${proof}\t${verifiedAt}\t${row.priceAmount}\t${row.availability}\t${row.method}\t${row.quantity}\t${row.reserved}\t${CURRENCY}\t${stated}\t${verifiedAt}\t${verifiedAt}\t${verifiedAt}\t${verifiedAt}\n`;
    }
  }
}
