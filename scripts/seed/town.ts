import { locationCell } from "../../src/geo/cells.ts";
import { toEcef } from "../../src/geo/ecef.ts";
import { geodesicDistanceM } from "../../src/geo/geodesic.ts";
import { searchKeys } from "../../src/words.ts";
import { demonstrationGtin } from "../import/gtin.ts";
import { type Random, seededBytes, seededRandom, seededUuid } from "../import/random.ts";
import { isStatedAvailability } from "../import/stock.ts";
import { FRESHEST_AGE_MS, randomShelfState, type ShelfState } from "./shelf.ts";
import { DEMO_PARTNERS, type DemoPartner, ID_TIME_MS, SHOPS, type Shop } from "./shops.ts";
import { PRODUCTS, type Product } from "./tables.ts";

/** A row by column name, with values as JSON has them. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows of the demo town, by table; those a row refers to come in an earlier table. */
export type Town = {
  readonly partners: readonly Row[];
  readonly items: readonly Row[];
  readonly locations: readonly Row[];
  readonly proofs: readonly Row[];
  readonly stock_rows: readonly Row[];
};

const TIMEZONE = "Africa/Lagos";
const CURRENCY = "NGN";
const KOBO_PER_NAIRA = 100;
const FIRST_GTIN = 100_000;

/** The whole town, the same each time but for the instants, which count back from `nowMs`. */
export function demoTown(nowMs: number): Town {
  const createdAt = new Date(nowMs).toISOString();
  const shelves = SHOPS.flatMap((shop) => stockShop(shop, nowMs));
  return {
    partners: DEMO_PARTNERS.map((partner) => partnerRow(partner, createdAt)),
    items: DEMO_PARTNERS.flatMap((partner) =>
      soldBy(partner).map((product) => itemRow(partner, product, createdAt)),
    ),
    locations: SHOPS.map((shop) => locationRow(shop, createdAt)),
    proofs: shelves.flatMap(({ proof }) => (proof === undefined ? [] : [proof])),
    stock_rows: shelves.map(({ stockRow }) => stockRow),
  };
}

function partnerRow({ partnerId, name, slug }: DemoPartner, createdAt: string): Row {
  return {
    partner_id: partnerId,
    name,
    contact_email: `hello@${slug}.example`,
    status: "approved",
    created_at: createdAt,
  };
}

function soldBy({ kind }: DemoPartner): readonly Product[] {
  return PRODUCTS.filter((product) => product.soldBy.includes(kind));
}

function itemIdOf(partner: DemoPartner, product: Product): string {
  return seededUuid(`${partner.partnerId}/${product.title}`, ID_TIME_MS + product.index);
}

function itemRow(partner: DemoPartner, product: Product, createdAt: string): Row {
  const { index, title, brand, category, isPackaged } = product;
  const ref = `${partner.slug.slice(0, 3).toUpperCase()}-${String(index + 1).padStart(4, "0")}`;
  return {
    item_id: itemIdOf(partner, product),
    partner_id: partner.partnerId,
    external_ref: ref,
    title,
    brand,
    category,
    gtin: isPackaged ? demonstrationGtin(FIRST_GTIN + index) : null,
    image_url: `https://images.example.com/demo/${index + 1}.jpg`,
    buy_url: partner.hasWebsite ? `https://${partner.slug}.example/products/${ref}` : null,
    search_keys: searchKeys([title, brand, category].join(" ")),
    details_observed_at: createdAt,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

function locationRow(shop: Shop, createdAt: string): Row {
  const { xM, yM, zM } = toEcef(shop);
  return {
    location_id: shop.locationId,
    partner_id: shop.partner.partnerId,
    location_ref: shop.ref,
    name: shop.name,
    address: shop.address,
    lat: shop.lat,
    lng: shop.lng,
    h3_cell: String(locationCell(shop)),
    x_m: xM,
    y_m: yM,
    z_m: zM,
    timezone: TIMEZONE,
    opening_hours: shop.openingHours,
    delivery_radius_m: shop.delivery?.radiusM ?? null,
    prep_minutes: shop.delivery?.prepMinutes ?? null,
    speed_kmh: shop.delivery?.speedKmh ?? null,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

type Shelf = { readonly stockRow: Row; readonly proof: Row | undefined };

function stockShop(shop: Shop, nowMs: number): Shelf[] {
  const random = seededRandom(`shelves/${shop.locationId}`);
  const assortment = random.shuffle(soldBy(shop.partner)).slice(0, random.integer(20, 40));
  return assortment.map((product, i) => {
    const state = randomShelfState(random);
    return stockShelf(shop, product, i === 0 ? justPhotographed(state) : state, random, nowMs);
  });
}

/** In every shop one, so that each has something that is surely fresh, and `refreshDemo` something to go by. */
function justPhotographed(state: ShelfState): ShelfState {
  return { ...state, method: "shelf_snap", hasProof: true, ageMs: FRESHEST_AGE_MS };
}

function stockShelf(shop: Shop, product: Product, state: ShelfState, random: Random, nowMs: number): Shelf {
  const { locationId, partner } = shop;
  const itemId = itemIdOf(partner, product);
  const verifiedMs = nowMs - state.ageMs;
  const verifiedAt = new Date(verifiedMs).toISOString();
  const proof = state.hasProof ? proofRow(shop, itemId, state, verifiedMs) : undefined;
  const stockRow = {
    location_id: locationId,
    item_id: itemId,
    partner_id: partner.partnerId,
    proof_id: proof?.proof_id ?? null,
    verified_at: verifiedAt,
    price_amount: localPrice(product.priceNaira, random) * KOBO_PER_NAIRA,
    availability: state.availability,
    verification_method: state.method,
    quantity: state.quantity,
    reserved: state.reserved,
    price_currency: CURRENCY,
    listed: true,
    availability_stated: isStatedAvailability(state.availability),
    version: 1,
    price_observed_at: verifiedAt,
    stock_observed_at: verifiedAt,
    counted_observed_at: verifiedAt,
    updated_at: verifiedAt,
  };
  return { stockRow, proof };
}

/** Whole naira as shops round them, up to a tenth off the usual price. */
function localPrice(usualNaira: number, random: Random): number {
  const step = usualNaira < 500 ? 10 : 50;
  return Math.round((usualNaira * (0.92 + random.fraction() * 0.18)) / step) * step;
}

/** A photo has all that proves it; a count is only known to have been made. */
function proofRow(shop: Shop, itemId: string, state: ShelfState, capturedMs: number) {
  const proofId = seededUuid(`proof/${shop.locationId}/${itemId}`, ID_TIME_MS);
  const random = seededRandom(proofId);
  const captured = { lat: shop.lat + random.fraction() * 0.0003, lng: shop.lng + random.fraction() * 0.0003 };
  const photo = {
    media_url: `https://media.example.com/proofs/${proofId}.jpg`,
    sha256: `\\x${Buffer.from(seededBytes(proofId)).toString("hex")}`,
    captured_lat: captured.lat,
    captured_lng: captured.lng,
    distance_from_location_m: geodesicDistanceM(shop, captured),
  };
  return {
    proof_id: proofId,
    partner_id: shop.partner.partnerId,
    location_id: shop.locationId,
    item_id: itemId,
    kind: state.method,
    ...NO_PHOTO,
    ...(state.method === "shelf_snap" ? photo : {}),
    captured_at: new Date(capturedMs).toISOString(),
    received_at: new Date(capturedMs + random.integer(2000, 90_000)).toISOString(),
  };
}

const NO_PHOTO = {
  media_url: null,
  sha256: null,
  captured_lat: null,
  captured_lng: null,
  distance_from_location_m: null,
};
