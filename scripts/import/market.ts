import { type LocationPosition, locationPosition } from "../../src/geo/location-position.ts";
import { type CatalogueItem, MAX_CATALOGUE_SIZE, partnerCatalogue } from "./catalogue.ts";
import { type Random, seededRandom, seededUuid } from "./random.ts";
import type { Store } from "./stores.ts";
import { timeZoneAt } from "./time-zones.ts";

/** A brand as a partner with its catalogue. */
export type Partner = {
  readonly partnerId: string;
  readonly name: string;
  readonly slug: string;
  readonly catalogue: readonly CatalogueItem[];
};

/** A store as a partner's location. */
export type Location = Store & { readonly locationId: string; readonly partner: Partner };

/** What else is known of a location. */
export type LocationDetails = {
  readonly name: string;
  readonly position: LocationPosition;
  readonly timezone: string;
  readonly openingHours: readonly OpeningInterval[] | null;
  readonly delivery: {
    readonly radiusM: number;
    readonly prepMinutes: number;
    readonly speedKmh: number;
  } | null;
};

type OpeningInterval = { readonly day: string; readonly opens: string; readonly closes: string };

/** Ids hold a time; it must be the same at every import and lie in the past. */
const ID_TIME_MS = Date.UTC(2025, 0, 1);

/** A catalogue is larger than what one location carries, so that neighbours differ. */
const CATALOGUE_ITEMS_PER_STOCKED_ITEM = 1.5;

/** The most items that one location can carry. */
export const MAX_ITEMS_PER_STORE = Math.floor(MAX_CATALOGUE_SIZE / CATALOGUE_ITEMS_PER_STOCKED_ITEM);

/** What is imported: every row of every table follows from it. */
export type Market = {
  readonly partners: readonly Partner[];
  readonly locations: readonly Location[];
  readonly itemsPerStore: number;
  readonly nowMs: number;
};

/**
 * The market of these stores: each brand a partner, each store a location that carries `itemsPerStore` items
 * (1 to `MAX_ITEMS_PER_STORE`). The same stores give the same ids and rows; verifications are dated back from `nowMs`.
 */
export function marketOf(stores: readonly Store[], itemsPerStore: number, nowMs: number): Market {
  const catalogueSize = Math.ceil(itemsPerStore * CATALOGUE_ITEMS_PER_STOCKED_ITEM);
  const partners = new Map<string, Partner>();
  const locations = stores.map((store, index) => {
    const partner = partners.get(store.brand) ?? partnerOf(store.brand, catalogueSize);
    partners.set(store.brand, partner);
    // Ids sort in the order of the stores.
    const locationId = seededUuid(`${partner.partnerId}/${store.ref}`, ID_TIME_MS + index);
    return { ...store, locationId, partner };
  });
  return { partners: [...partners.values()], locations, itemsPerStore, nowMs };
}

function partnerOf(brand: string, catalogueSize: number): Partner {
  const partnerId = seededUuid(`partner/${brand}`, ID_TIME_MS);
  const random = seededRandom(partnerId);
  return {
    partnerId,
    name: displayName(brand),
    slug:
      brand
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replaceAll(/^-|-$/g, "") || "shop",
    catalogue: partnerCatalogue(partnerId, catalogueSize, ID_TIME_MS, random),
  };
}

/** "dollar-general" -> "Dollar General"; what is already written like a name stays as it is. */
function displayName(brand: string): string {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(brand)) return brand;
  return brand
    .split("-")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(" ");
}

/** What a location's id decides. */
export function locationDetails(location: Location): LocationDetails {
  const random = seededRandom(`details/${location.locationId}`);
  return {
    name: `${location.partner.name} ${String(location.number).padStart(4, "0")}`,
    position: locationPosition(location),
    timezone: timeZoneAt(location),
    openingHours: random.pick(OPENING_HOURS),
    delivery: randomDelivery(random),
  };
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const daily = (opens: string, closes: string, days = DAYS): OpeningInterval[] =>
  days.map((day) => ({ day, opens, closes }));
const WEEKDAYS = DAYS.slice(0, 5);
const SATURDAY = ["sat"];
const SUNDAY = ["sun"];

const OPENING_HOURS: readonly [OpeningInterval[], ...(OpeningInterval[] | null)[]] = [
  daily("07:00", "22:00"),
  daily("08:00", "21:00"),
  daily("06:00", "23:00"),
  daily("10:00", "02:00"),
  [...daily("08:00", "22:00", [...WEEKDAYS, ...SATURDAY]), ...daily("10:00", "19:00", SUNDAY)],
  [...daily("09:00", "21:00", WEEKDAYS), ...daily("09:00", "18:00", SATURDAY)],
  null,
];

function randomDelivery(random: Random): LocationDetails["delivery"] {
  if (random.fraction() < 0.15) return null;
  return {
    radiusM: random.pick([3000, 5000, 8000, 10_000, 15_000]),
    prepMinutes: random.pick([5, 10, 15, 20, 30]),
    speedKmh: random.pick([15, 20, 25, 30]),
  };
}
