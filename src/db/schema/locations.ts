import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { partners } from "./partners.ts";

export const locations = pgTable(
  "locations",
  {
    locationId: uuid("location_id").primaryKey(),
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    locationRef: text("location_ref").notNull(),
    name: text("name").notNull(),
    address: text("address"),
    lat: doublePrecision("lat").notNull(),
    lng: doublePrecision("lng").notNull(),
    /** H3 cell at resolution 15; a coarser cell is one contiguous range of these. With the next three: `locationPosition`. */
    h3Cell: bigint("h3_cell", { mode: "bigint" }).notNull(),
    /** Earth-centred, earth-fixed position on the WGS-84 ellipsoid, metres: what distance is computed from. */
    xM: doublePrecision("x_m").notNull(),
    yM: doublePrecision("y_m").notNull(),
    zM: doublePrecision("z_m").notNull(),
    timezone: text("timezone").notNull(),
    /** `[{day, opens, closes}]`; absent means always open. */
    openingHours: jsonb("opening_hours").$type<{ day: string; opens: string; closes: string }[]>(),
    deliveryRadiusM: integer("delivery_radius_m"),
    prepMinutes: integer("prep_minutes"),
    speedKmh: doublePrecision("speed_kmh"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    unique("locations_partner_ref_key").on(t.partnerId, t.locationRef),
    unique("locations_tenant_key").on(t.partnerId, t.locationId),
    // Everything that decides which locations are near, so that the search does not touch the table.
    index("locations_near_idx").on(t.h3Cell, t.locationId, t.partnerId, t.xM, t.yM, t.zM),
    check("locations_lat_check", sql`${t.lat} between -90 and 90`),
    check("locations_lng_check", sql`${t.lng} between -180 and 180`),
    check(
      "locations_delivery_check",
      sql`num_nulls(${t.deliveryRadiusM}, ${t.prepMinutes}, ${t.speedKmh}) in (0, 3)
        and ${t.deliveryRadiusM} >= 0 and ${t.prepMinutes} >= 0 and ${t.speedKmh} > 0`,
    ),
  ],
);
