import { type Random, seededRandom, seededUuid } from "../import/random.ts";
import { OPENING_HOURS, type OpeningHours } from "./opening-hours.ts";
import { DISTRICTS, type District, MERCHANTS, type Merchant } from "./tables.ts";

/** A merchant with the id under which it is a partner. */
export type DemoPartner = Merchant & { readonly partnerId: string; readonly slug: string };

/** A branch of a partner. */
export type Shop = {
  readonly locationId: string;
  readonly partner: DemoPartner;
  readonly ref: string;
  readonly name: string;
  readonly address: string;
  readonly lat: number;
  readonly lng: number;
  readonly openingHours: OpeningHours;
  readonly delivery: {
    readonly radiusM: number;
    readonly prepMinutes: number;
    readonly speedKmh: number;
  } | null;
};

/** All ids of the seed carry a time within this day, long before any that the service makes. */
export const ID_TIME_MS = Date.UTC(2025, 0, 1);
const ID_DAY_MS = 86_400_000;

/** Above every id of the seed, and below every other. */
export const FIRST_ID_AFTER_SEED = `${seededUuid("", ID_TIME_MS + ID_DAY_MS).slice(0, 13)}-0000-0000-000000000000`;

/** Some shop has to be closed all week: this one is being renovated. */
const RENOVATED_SHOP_INDEX = 97;

const METRES_PER_DEGREE = 111_195;

export const DEMO_PARTNERS: readonly DemoPartner[] = MERCHANTS.map((merchant, i) => ({
  ...merchant,
  partnerId: seededUuid(`demo/${merchant.name}`, ID_TIME_MS + i),
  slug: slugOf(merchant.name),
}));

/** Every shop in town: each district has as many as its table says, and each partner too. */
export const SHOPS: readonly Shop[] = openShops();

function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
}

function openShops(): Shop[] {
  const tenants = DEMO_PARTNERS.flatMap((partner) => Array<DemoPartner>(partner.branchCount).fill(partner));
  const premises = DISTRICTS.flatMap((district) =>
    Array.from({ length: district.shopCount }, (_, number) => ({ district, number })),
  );
  if (premises.length !== tenants.length) {
    throw new Error(
      `districts.csv has room for ${premises.length} shops, partners.csv has ${tenants.length}`,
    );
  }
  // District by district in turn, so that the branches of a partner lie apart.
  premises.sort((a, b) => a.number - b.number);
  return premises.flatMap(({ district }, i) => {
    const partner = tenants[i];
    return partner === undefined ? [] : openShop(partner, district, i);
  });
}

function openShop(partner: DemoPartner, district: District, index: number): Shop {
  const locationId = seededUuid(`demo/${partner.slug}/${index}`, ID_TIME_MS + index);
  const random = seededRandom(locationId);
  const street = random.pick(district.streets);
  return {
    locationId,
    partner,
    ref: `${slugOf(district.name)}-${String(index + 1).padStart(3, "0")}`,
    name: `${partner.name}, ${district.name}`,
    address: `${random.integer(1, 140)} ${street}, ${district.name}, Lagos`,
    ...randomPlace(district, random),
    openingHours: index === RENOVATED_SHOP_INDEX ? [] : random.pick(OPENING_HOURS[partner.kind]),
    delivery: randomDelivery(random),
  };
}

/** Evenly over the district's disk, to about a metre. */
function randomPlace({ lat, lng, radiusM }: District, random: Random): { lat: number; lng: number } {
  const distanceM = radiusM * Math.sqrt(random.fraction());
  const bearing = 2 * Math.PI * random.fraction();
  const lngScale = Math.cos((lat * Math.PI) / 180);
  return {
    lat: toFiveDecimals(lat + (distanceM * Math.cos(bearing)) / METRES_PER_DEGREE),
    lng: toFiveDecimals(lng + (distanceM * Math.sin(bearing)) / (METRES_PER_DEGREE * lngScale)),
  };
}

function toFiveDecimals(degrees: number): number {
  return Number(degrees.toFixed(5));
}

function randomDelivery(random: Random): Shop["delivery"] {
  if (random.fraction() < 0.2) return null;
  return {
    radiusM: random.pick([2000, 3000, 4000, 6000, 8000, 12_000]),
    prepMinutes: random.pick([5, 10, 15, 20, 25]),
    speedKmh: random.pick([12, 15, 18, 20]),
  };
}
