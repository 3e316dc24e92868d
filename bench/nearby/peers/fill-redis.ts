import { Client, types } from "pg";
import { LOCATION_COLUMNS, PAGE_COLUMNS } from "../../../src/inventory/page-columns.ts";
import { peerPageRow } from "../../sql/cross-check.ts";
import { locationOf, peerRowOf } from "./page-rows.ts";
import type { Redis } from "./resp.ts";
import { SHOPS, type Shelf, shelfKey } from "./shelves.ts";

const LOCATIONS_AT_A_TIME = 2000;
const EPOCH_MS = {
  getTypeParser: (oid: number) =>
    oid === types.builtins.TIMESTAMPTZ
      ? (text: string) => Date.parse(text)
      : types.getTypeParser(oid, "text"),
};

/** Degrees; beyond, Redis knows no places. */
const NORTHERNMOST = 85.05112878;

/** Puts all locations of approved partners, and their shelves, into an empty Redis, but for those near the poles. */
export async function fillRedis(databaseUrl: string, redis: Redis): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ location_id: string }>(
      `SELECT location_id FROM locations JOIN partners USING (partner_id)
       WHERE status = 'approved' AND abs(lat) <= ${NORTHERNMOST} ORDER BY location_id`,
    );
    for (let i = 0; i < rows.length; i += LOCATIONS_AT_A_TIME) {
      const ids = rows.slice(i, i + LOCATIONS_AT_A_TIME).map(({ location_id }) => location_id);
      await Promise.all(
        [...(await shelvesOf(client, ids))].flatMap(([id, { location, rows: stocked }]) => [
          redis.send("GEOADD", SHOPS, String(location.shown.lng), String(location.shown.lat), id),
          redis.send("SET", shelfKey(id), JSON.stringify({ location, rows: stocked } satisfies Shelf)),
        ]),
      );
    }
  } finally {
    await client.end();
  }
}

async function shelvesOf(client: Client, ids: readonly string[]) {
  const { rows } = await client.query<unknown[]>({
    text: `SELECT ${PAGE_COLUMNS}, ${LOCATION_COLUMNS}, 0 AS nearness
FROM stock_rows s
JOIN locations location ON location.location_id = s.location_id
JOIN partners partner ON partner.partner_id = s.partner_id
JOIN items i ON i.item_id = s.item_id
LEFT JOIN proofs f ON f.proof_id = s.proof_id
WHERE s.location_id = ANY ($1) AND s.listed
ORDER BY s.location_id, s.item_id`,
    values: [ids],
    rowMode: "array",
    types: EPOCH_MS,
  });
  const shelves = new Map<string, { location: Shelf["location"]; rows: Shelf["rows"][number][] }>();
  for (const values of rows) {
    const row = peerPageRow(values);
    const shelf = shelves.get(row.locationId) ?? { location: locationOf(row), rows: [] };
    shelves.set(row.locationId, shelf);
    shelf.rows.push(peerRowOf(row));
  }
  return shelves;
}
