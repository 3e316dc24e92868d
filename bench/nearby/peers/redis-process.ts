import type { NearbyQuery } from "../../../src/inventory/nearby-query.ts";
import { queryKeys, searchKeys } from "../../../src/words.ts";
import { answerJson, type Found, type PeerRow } from "./answer.ts";
import { Redis, type Reply } from "./resp.ts";
import { serve } from "./server.ts";
import { SHOPS, type Shelf, shelfKey } from "./shelves.ts";

/** Shops to read at first: one has a page of anything; of something in particular each has little. */
const FIRST_SHOPS = { anything: 2, something: 24 };
const MORE_TIMES = 4;

const [socketPath = ""] = process.argv.slice(2);
const redis = await Redis.open(socketPath);
const keysOfTexts = new Map<string, ReadonlySet<string>>();

await serve(async (query, nowMs) => {
  const isWanted = rowFilter(query, nowMs);
  const found: Found[] = [];
  const asksAnything = query.product === undefined && query.category === undefined;
  let read = 0;
  for (let count = asksAnything ? FIRST_SHOPS.anything : FIRST_SHOPS.something; ; count *= MORE_TIMES) {
    const shops = await shopsWithin(query, count);
    const fresh = shops.slice(read);
    const shelves =
      fresh.length === 0 ? [] : await list(redis.send("MGET", ...fresh.map(([id]) => shelfKey(id))));
    for (const [i, json] of shelves.entries()) {
      if (found.length > query.limit) break;
      const { location, rows } = JSON.parse(String(json)) as Shelf;
      const distanceM = Number(fresh[i]?.[1]);
      for (const row of rows) if (isWanted(row)) found.push({ row, location, distanceM });
    }
    read = shops.length;
    if (found.length > query.limit || shops.length < count) break;
  }
  return answerJson(query, found, nowMs);
});

/** Ids and distances of the nearest shops within the radius, nearest first. */
async function shopsWithin({ point, radiusM }: NearbyQuery, count: number): Promise<[string, string][]> {
  const { lng, lat } = point;
  const options = ["BYRADIUS", String(radiusM), "m", "ASC", "COUNT", String(count), "WITHDIST"];
  const shops = await list(
    redis.send("GEOSEARCH", SHOPS, "FROMLONLAT", String(lng), String(lat), ...options),
  );
  return shops.map((shop) => shop as unknown as [string, string]);
}

async function list(reply: Promise<Reply>): Promise<readonly Reply[]> {
  return (await reply) as readonly Reply[];
}

/** What the questions of this benchmark ask of a row; others are not understood here. */
function rowFilter(query: NearbyQuery, nowMs: number): (row: PeerRow) => boolean {
  const { category, availability, minQty, maxAgeS, product } = query;
  const asked = product === undefined ? undefined : queryKeys(product);
  const available = new Set<string>(availability);
  const oldestMs = nowMs - 1000 * maxAgeS;
  return ({ item, stock, verifiedAtMs }) =>
    available.has(stock.availability) &&
    (stock.quantity >= minQty ||
      stock.availability === "on_request" ||
      stock.availability === "scheduled_only") &&
    verifiedAtMs >= oldestMs &&
    (category === undefined || item["category"] === category) &&
    (asked === undefined || hasWords(item, asked));
}

function hasWords(item: PeerRow["item"], asked: readonly (readonly string[])[]): boolean {
  const text = `${item["title"]} ${item["brand"] ?? ""} ${item["category"] ?? ""}`;
  let keys = keysOfTexts.get(text);
  if (keys === undefined) {
    keys = new Set(searchKeys(text));
    keysOfTexts.set(text, keys);
  }
  return asked.every((oneOf) => oneOf.some((key) => keys.has(key)));
}
