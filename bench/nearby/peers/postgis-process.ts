import { Pool, types } from "pg";
import type { NearbyQuery } from "../../../src/inventory/nearby-query.ts";
import { LOCATION_PEERS } from "../../sql/contenders.ts";
import { peerPageRow } from "../../sql/cross-check.ts";
import { PLAN_CACHE_MODE, pgValue } from "../../sql/session.ts";
import { answerJson, type Found, type PeerLocation } from "./answer.ts";
import { locationOf, peerRowOf } from "./page-rows.ts";
import { kindOf, type Plans } from "./plans.ts";
import { serve } from "./server.ts";

/** As many as keep both cores of a small machine busy. */
const CONNECTIONS = 8;

const [databaseUrl, plansJson = ""] = process.argv.slice(2);
const plans = JSON.parse(plansJson) as Plans;
const EPOCH_MS = { getTypeParser: epochMsParser };

const pools = {
  generic: openPool("generic"),
  custom: openPool("custom"),
};
const names = new Map<string, string>();

await serve(async (query, nowMs) => {
  const rows = await rowsOf(query, nowMs);
  const locations = new Map<string, PeerLocation>();
  const found = rows.map((values): Found => {
    const row = peerPageRow(values);
    const location = locations.get(row.locationId) ?? locationOf(row);
    locations.set(row.locationId, location);
    return { row: peerRowOf(row), location, distanceM: row.nearness };
  });
  return answerJson(query, found, nowMs);
});

async function rowsOf(query: NearbyQuery, nowMs: number): Promise<unknown[][]> {
  const { contender: chosen, planning } = plans[kindOf(query)];
  const contender = LOCATION_PEERS.find(({ name }) => name === chosen);
  if (contender === undefined) throw new Error(`no contender is called ${chosen}`);
  const { text, values } = contender.statement({ query, nowMs });
  const name = names.get(text) ?? `statement_${names.size}`;
  names.set(text, name);
  const result = await pools[planning].query<unknown[]>({
    name,
    text,
    values: values.map(pgValue),
    rowMode: "array",
    types: EPOCH_MS,
  });
  return result.rows;
}

function openPool(planning: "generic" | "custom"): Pool {
  return new Pool({
    connectionString: databaseUrl,
    max: CONNECTIONS,
    idleTimeoutMillis: 0,
    options: `-c jit=off -c plan_cache_mode=${PLAN_CACHE_MODE[planning]}`,
  });
}

/** Instants as numbers: all else as `pg` reads it. */
function epochMsParser(oid: number, format?: "text" | "binary") {
  if (oid === types.builtins.TIMESTAMPTZ) return (text: string) => Date.parse(text);
  return types.getTypeParser(oid, format === "binary" ? "binary" : "text");
}
