import { typeid } from "typeid-js";
import { apiKeySha256, formatApiKey } from "../../src/auth/api-key.ts";
import { SCOPES, type Scope } from "../../src/auth/principal.ts";
import { apiKeys, items, locations, partners, proofs, stockRows } from "../../src/db/schema.ts";
import { locationPosition } from "../../src/geo/location-position.ts";
import { searchKeys } from "../../src/words.ts";
import { db } from "./database.ts";

type Partner = typeof partners.$inferSelect;
type Location = typeof locations.$inferSelect;
type Item = typeof items.$inferSelect;
type StockRow = typeof stockRows.$inferSelect;
type Proof = typeof proofs.$inferSelect;
type Overrides<Insert> = Partial<Insert>;

let made = 0;
const next = (): number => ++made;

/** A UUIDv7. */
function newId(): string {
  return typeid().toUUID();
}

/** An approved partner. */
export async function makePartner(overrides: Overrides<typeof partners.$inferInsert> = {}): Promise<Partner> {
  const name = `Partner ${next()}`;
  const values = { partnerId: newId(), name, contactEmail: "shop@example.com", status: "approved" as const };
  return only(
    await db
      .insert(partners)
      .values({ ...values, ...overrides })
      .returning(),
  );
}

/** A shop that is always open and delivers within 10 km. */
export async function makeLocation(
  partner: Partner,
  place: { lat: number; lng: number } & Overrides<typeof locations.$inferInsert>,
): Promise<Location> {
  const number = next();
  const values = {
    locationId: newId(),
    partnerId: partner.partnerId,
    locationRef: `shop-${number}`,
    name: `Shop ${number}`,
    ...locationPosition(place),
    timezone: "Africa/Lagos",
    deliveryRadiusM: 10_000,
    prepMinutes: 10,
    speedKmh: 20,
  };
  return only(
    await db
      .insert(locations)
      .values({ ...values, ...place })
      .returning(),
  );
}

/** When what the factories make was observed. */
const minuteAgo = (): Date => new Date(Date.now() - 60_000);

/** An item that is found by its title, brand and category, told one minute ago. */
export async function makeItem(
  partner: Partner,
  overrides: Overrides<typeof items.$inferInsert> = {},
): Promise<Item> {
  const number = next();
  const { title = `Article ${number}`, brand = null, category = "grocery" } = overrides;
  const values = {
    itemId: newId(),
    partnerId: partner.partnerId,
    externalRef: `SKU-${number}`,
    title,
    category,
    searchKeys: searchKeys([title, brand, category].filter((text) => text !== null).join(" ")),
    detailsObservedAt: minuteAgo(),
  };
  return only(
    await db
      .insert(items)
      .values({ ...values, ...overrides })
      .returning(),
  );
}

/** Overrides of `makeStock` for a row that is not listed, by what nobody knows of it; "title" if the item has none. */
export const UNLISTED = {
  title: { listed: false },
  price: { listed: false, priceAmount: null, priceCurrency: null, priceObservedAt: null },
  stock: {
    listed: false,
    quantity: null,
    availability: null,
    verificationMethod: null,
    verifiedAt: null,
    stockObservedAt: null,
    countedObservedAt: null,
  },
} as const satisfies Record<string, Overrides<typeof stockRows.$inferInsert>>;

/** Twelve on the shelf for 1,250.00 NGN, counted by the shop's system one minute ago. */
export async function makeStock(
  location: Location,
  item: Item,
  overrides: Overrides<typeof stockRows.$inferInsert> = {},
): Promise<StockRow> {
  const observedAt = overrides.verifiedAt ?? minuteAgo();
  const values = {
    locationId: location.locationId,
    itemId: item.itemId,
    partnerId: item.partnerId,
    quantity: 12,
    availability: "in_stock" as const,
    priceAmount: 125_000,
    priceCurrency: "NGN",
    verificationMethod: "pos_sync" as const,
    availabilityStated: overrides.availability != null,
    verifiedAt: observedAt,
    priceObservedAt: observedAt,
    stockObservedAt: observedAt,
    countedObservedAt: observedAt,
    updatedAt: observedAt,
  };
  return only(
    await db
      .insert(stockRows)
      .values({ ...values, ...overrides })
      .returning(),
  );
}

/** A shelf snap of the item, taken at the location one minute ago; give its id to `makeStock`. */
export async function makeProof(
  location: Location,
  item: Item,
  overrides: Overrides<typeof proofs.$inferInsert> = {},
): Promise<Proof> {
  const values = {
    proofId: newId(),
    partnerId: item.partnerId,
    locationId: location.locationId,
    itemId: item.itemId,
    kind: "shelf_snap" as const,
    mediaUrl: "https://media.example/snap.jpg",
    capturedAt: minuteAgo(),
    capturedLat: location.lat,
    capturedLng: location.lng,
    distanceFromLocationM: 0,
  };
  return only(
    await db
      .insert(proofs)
      .values({ ...values, ...overrides })
      .returning(),
  );
}

/** A Connect key, in the clear. */
export async function makeApiKey(
  partner: Partner,
  scopes: readonly Scope[] = SCOPES,
  overrides: Overrides<Pick<typeof apiKeys.$inferInsert, "expiresAt" | "revokedAt">> = {},
): Promise<{ key: string; keyId: string }> {
  const key = formatApiKey("development", crypto.getRandomValues(new Uint8Array(32)));
  const keyId = newId();
  const sha256 = await apiKeySha256(key);
  const values = { keyId, partnerId: partner.partnerId, label: "test", prefix: key.slice(0, 14) };
  await db.insert(apiKeys).values({ ...values, sha256, scopes: [...scopes], ...overrides });
  return { key, keyId };
}

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`expected one row, not ${rows.length}`);
  return row;
}
