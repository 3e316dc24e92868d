import { CURRENCIES } from "../currencies.ts";
import { cellCentre, parseCell } from "../geo/cells.ts";
import { gtin14 } from "../gtin.ts";
import { choice, choices, decimal, flag, integer, notation, text } from "../http/parameter-kinds.ts";
import { type IdPrefix, parseWireId } from "../ids.ts";
import { AVAILABILITIES } from "../stock-words.ts";
import type { NearbySort } from "./nearby-query.ts";

const SORTS = ["distance", "delivery", "price", "freshness"] as const satisfies readonly NearbySort[];

const CURSOR = /^[\w-]{1,2048}$/;

/** Everything `GET /inventory/nearby` may be asked: its parser and its OpenAPI both come from here. */
export const NEARBY_PARAMETERS = {
  lat: decimal({
    description:
      "Latitude of the delivery point (WGS-84), in plain decimal notation. Needs `lng`; excludes `cell`.",
    unit: "degrees",
    min: -90,
    max: 90,
    example: 6.4281,
  }),
  lng: decimal({
    description:
      "Longitude of the delivery point (WGS-84), in plain decimal notation. Needs `lat`; excludes `cell`.",
    unit: "degrees",
    min: -180,
    max: 180,
    example: 3.4219,
  }),
  cell: notation({
    description:
      "An H3 index, whose centre is taken as the delivery point, for callers who will not send a precise one. In place of `lat` and `lng`.",
    mustBe: "the H3 index of a cell, 15 hexadecimal digits, such as 88589a4653fffff",
    schema: { type: "string", pattern: "^8[0-9a-fA-F]{14}$" },
    read(text) {
      const cell = parseCell(text);
      return cell === undefined ? undefined : cellCentre(cell);
    },
  }),
  radius_m: decimal({
    description: "How far to look, in metres along the ellipsoid, inclusive. Never clamped.",
    unit: "metres",
    min: 1,
    max: 50_000,
    default: 5000,
    example: 5000,
  }),
  product: text({
    description:
      "Words to find in title, brand and category, in any script, accents and one wrong letter forgiven; or an exact GTIN. Filters; the order stays that of `sort`.",
    minLength: 1,
    maxLength: 200,
    example: "coca cola",
  }),
  category: text({
    description: "Only items of this category.",
    minLength: 1,
    maxLength: 200,
    example: "grocery",
  }),
  gtin: notation({
    description:
      "Only the item with this GTIN-8, -12, -13 or -14. Compared as GTIN-14, that is with leading zeros.",
    mustBe: "a GTIN of 8, 12, 13 or 14 digits with a right check digit, such as 5449000000996",
    schema: { type: "string", pattern: "^([0-9]{8}|[0-9]{12,14})$" },
    read: gtin14,
  }),
  partner_id: id("ptr", "Only this partner's items."),
  location_id: id("loc", "Only items at this location."),
  availability: choices({
    description: "Which availabilities to answer with: a comma-separated list.",
    values: AVAILABILITIES,
    default: ["in_stock", "low_stock"],
  }),
  min_qty: integer({
    description: "Least quantity on hand. Ignored for `on_request` and `scheduled_only`.",
    unit: "pieces",
    min: 0,
    max: 1_000_000,
    default: 1,
    example: 1,
  }),
  max_age_s: integer({
    description: "Oldest verification accepted, in seconds before now.",
    unit: "seconds",
    min: 0,
    max: 315_360_000,
    default: 86_400,
    example: 86_400,
  }),
  proof: choice({
    description: "`required`: only what has a proof.",
    values: ["any", "required"],
    default: "any",
  }),
  max_price: integer({
    description: "Highest price, inclusive, in minor units of `currency`, which it needs.",
    unit: "minor units",
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    example: 250_000,
  }),
  currency: notation({
    description: "Only prices in this currency: an ISO 4217 alphabetic code.",
    mustBe: "an ISO 4217 code in upper case, such as NGN",
    schema: { type: "string", pattern: "^[A-Z]{3}$" },
    example: "NGN",
    read: (text) => (CURRENCIES.has(text) ? text : undefined),
  }),
  open_now: flag("`true`: only at locations that are open now."),
  deliverable: flag("`true`: only what can be delivered to the point."),
  sort: choice({
    description:
      "`distance`, `delivery` (earliest first), `price` (by currency, then amount) or `freshness` (newest verification first). Ties go by distance, then `item_id`, then `location_id`.",
    values: SORTS,
    default: "distance",
  }),
  limit: integer({
    description: "Items on one page.",
    unit: "items",
    min: 1,
    max: 100,
    default: 20,
    example: 20,
  }),
  cursor: notation({
    description:
      "`next_cursor` of the page before. Bound to its query: every other parameter must be as it was then.",
    mustBe: "the next_cursor of an earlier answer",
    schema: { type: "string", minLength: 1, maxLength: 2048, pattern: "^[A-Za-z0-9_-]+$" },
    read: (text) => (CURSOR.test(text) ? text : undefined),
  }),
  explain: flag("`true` adds `excluded` and, when nothing matched, `nearest_outside`."),
};

function id(prefix: IdPrefix, description: string) {
  return notation({
    description,
    mustBe: `an id: ${prefix}_ and 26 characters`,
    schema: { type: "string", pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$` },
    read: (text) => parseWireId(prefix, text),
  });
}
