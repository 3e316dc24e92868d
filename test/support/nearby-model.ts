/**
 * The contract of `GET /inventory/nearby` over plain arrays, as slow and obvious as can be: every stock row is looked
 * at for every question. It shares with the service only the rules that are tested by themselves (words, opening
 * hours, delivery estimate, freshness), and neither SQL nor geometry, nor order, counts or paging.
 */
import { cellToLatLng } from "h3-js";
import { isOpenAt } from "../../src/inventory/opening-hours.ts";
import { matchesWords, queryKeys, searchKeys } from "../../src/words.ts";
import { vincentyInverse } from "../geo/vincenty.ts";
import {
  deliveryOf,
  hoursOf,
  isListed,
  type Market,
  quantityOf,
  type Row,
  shown,
  wire,
} from "./nearby-model-row.ts";

type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** What may be asked, by the names of the wire. */
export type Question = Optional<{
  lat: number;
  lng: number;
  cell: string;
  radius_m: number;
  product: string;
  category: string;
  gtin: string;
  partner_id: string;
  location_id: string;
  availability: readonly string[];
  min_qty: number;
  max_age_s: number;
  proof: "any" | "required";
  max_price: number;
  currency: string;
  open_now: boolean;
  deliverable: boolean;
  sort: "distance" | "delivery" | "price" | "freshness";
  limit: number;
  explain: boolean;
}>;

/** The path that asks the question. Coordinates and distances are written with six decimals at most. */
export function nearbyPath(question: Question, cursor?: string): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...question, cursor })) {
    if (value === undefined) continue;
    written.set(
      name,
      typeof value === "number" && !Number.isInteger(value) ? value.toFixed(6) : String(value),
    );
  }
  return `/inventory/nearby?${written}`;
}

const REASONS = [
  "availability",
  "quantity",
  "stale",
  "no_proof",
  "price",
  "closed",
  "not_deliverable",
] as const;
type Reason = (typeof REASONS)[number];

export type ModelAnswer = {
  /** Everything that matches, in order: a page is a part of it. */
  readonly items: readonly object[];
  readonly query: object;
  readonly excluded: Readonly<Record<Reason, number>>;
  readonly nearest_outside: { readonly distance_m: number; readonly count: number } | null;
};

/** The whole answer to a question that was first asked at `startedAtMs`, as it looks at `nowMs`. */
export function modelAnswer(
  market: Market,
  question: Question,
  startedAtMs: number,
  nowMs = startedAtMs,
): ModelAnswer {
  const [lat = Number.NaN, lng = Number.NaN] =
    question.cell === undefined ? [question.lat, question.lng] : cellToLatLng(question.cell);
  const radiusM = question.radius_m ?? 5000;
  const outerM = Math.min(2 * radiusM, 50_000);

  const rows = matchingRows(market, question, { lat, lng });
  const reasonOf = new Map(rows.map((row) => [row, reasonToLeaveOut(row, question, startedAtMs)]));
  const inside = rows.filter((row) => row.distanceM <= radiusM);
  const found = inside.filter((row) => reasonOf.get(row) === undefined);
  const outside = rows.filter(
    (row) => reasonOf.get(row) === undefined && row.distanceM > radiusM && row.distanceM <= outerM,
  );
  const count = (reason: Reason) => inside.filter((row) => reasonOf.get(row) === reason).length;
  return {
    items: inOrder(found, question.sort ?? "distance", startedAtMs).map((row) => shown(row, nowMs)),
    query: { lat, lng, radius_m: radiusM },
    excluded: Object.fromEntries(REASONS.map((reason) => [reason, count(reason)])) as Record<Reason, number>,
    nearest_outside:
      found.length > 0 || outside.length === 0
        ? null
        : {
            distance_m: Math.round(Math.min(...outside.map((row) => row.distanceM))),
            count: outside.length,
          },
  };
}

type Place = { readonly lat: number; readonly lng: number };

function matchingRows(market: Market, question: Question, point: Place): Row[] {
  const distances = new Map(
    market.locations.map((location) => [location.locationId, distanceM(point, location)]),
  );
  const matchingItems = new Map(
    market.items.filter((item) => matchesItem(item, question)).map((item) => [item.itemId, item]),
  );
  const locationById = new Map(market.locations.map((location) => [location.locationId, location]));
  const partnerById = new Map(market.partners.map((partner) => [partner.partnerId, partner]));
  const proofById = new Map(market.proofs.map((proof) => [proof.proofId, proof]));
  const rows: Row[] = [];
  for (const stock of market.stockRows.filter(isListed)) {
    const item = matchingItems.get(stock.itemId);
    const location = locationById.get(stock.locationId);
    const partner = partnerById.get(stock.partnerId);
    if (item === undefined || location === undefined || partner?.status !== "approved") continue;
    if (question.partner_id !== undefined && question.partner_id !== wire("ptr", stock.partnerId)) continue;
    if (question.location_id !== undefined && question.location_id !== wire("loc", stock.locationId))
      continue;
    const proof = stock.proofId === null ? undefined : proofById.get(stock.proofId);
    rows.push({
      stock,
      item,
      location,
      partner,
      proof,
      distanceM: distances.get(stock.locationId) ?? Number.NaN,
    });
  }
  return rows;
}

/** Vincenty's formula does not know the way to the other side of the Earth, where nobody looks; -180° is 180°. */
function distanceM(from: Place, to: Place): number {
  if (from.lng === -180 || to.lng === -180) return distanceM(eastern(from), eastern(to));
  const chordPerRadius = Math.hypot(...unitVector(from).map((part, axis) => part - unitVector(to)[axis]!));
  return chordPerRadius > 0.1 ? Number.POSITIVE_INFINITY : vincentyInverse(from, to);
}

const eastern = ({ lat, lng }: Place): Place => ({ lat, lng: lng === -180 ? 180 : lng });

function unitVector({ lat, lng }: Place): number[] {
  const [phi, lambda] = [(lat * Math.PI) / 180, (lng * Math.PI) / 180];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

function matchesItem(item: Row["item"], { product, category, gtin }: Question): boolean {
  if (category !== undefined && item.category !== category) return false;
  if (gtin !== undefined && item.gtin !== gtin.padStart(14, "0")) return false;
  if (product === undefined) return true;
  if (item.gtin !== null && isGtin(product) && item.gtin === product.padStart(14, "0")) return true;
  const keys = searchKeys([item.title ?? "", item.brand ?? "", item.category ?? ""].join(" "));
  return matchesWords(new Set(keys), queryKeys(product));
}

const isGtin = (text: string): boolean => /^\d+$/.test(text) && [8, 12, 13, 14].includes(text.length);

function reasonToLeaveOut(row: Row, question: Question, atMs: number): Reason | undefined {
  const { stock, location } = row;
  const { availability = ["in_stock", "low_stock"], min_qty = 1, max_age_s = 86_400 } = question;
  const countless = stock.availability === "on_request" || stock.availability === "scheduled_only";
  if (!availability.includes(stock.availability)) return "availability";
  if (!countless && quantityOf(row) < min_qty) return "quantity";
  if (atMs - stock.verifiedAt.getTime() > max_age_s * 1000) return "stale";
  if (question.proof === "required" && stock.proofId === null) return "no_proof";
  if (question.currency !== undefined && stock.priceCurrency !== question.currency) return "price";
  if (question.max_price !== undefined && stock.priceAmount > question.max_price) return "price";
  if (question.open_now && !isOpenAt(hoursOf(row), location.timezone, atMs)) return "closed";
  if (question.deliverable && !deliveryOf(row, atMs).available) return "not_deliverable";
  return undefined;
}

function inOrder(rows: readonly Row[], sort: NonNullable<Question["sort"]>, atMs: number): Row[] {
  const keysOf = (row: Row): (number | string)[] => {
    const ties = [row.distanceM, row.item.itemId, row.location.locationId];
    if (sort === "price") return [row.stock.priceCurrency, row.stock.priceAmount, ...ties];
    if (sort === "freshness") return [-row.stock.verifiedAt.getTime(), ...ties];
    if (sort === "distance") return ties;
    const delivery = deliveryOf(row, atMs);
    return [delivery.available ? delivery.earliestAtMs : Number.POSITIVE_INFINITY, ...ties];
  };
  return rows
    .map((row) => ({ row, keys: keysOf(row) }))
    .sort((a, b) => {
      const i = a.keys.findIndex((key, place) => key !== b.keys[place]);
      return i === -1 ? 0 : a.keys[i]! < b.keys[i]! ? -1 : 1;
    })
    .map(({ row }) => row);
}
