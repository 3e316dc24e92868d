import type { Database, Statement } from "../db/client.ts";
import { SqlError } from "../db/errors.ts";
import { statementValues } from "../db/statement-values.ts";
import type { Candidate } from "./location-verdicts.ts";
import type { ExplanationJson } from "./nearby-explain.ts";
import { locationsWithin } from "./nearby-locations.ts";
import type { NearbyQuery } from "./nearby-query.ts";
import { type PageRequest, pageStatement } from "./nearby-statement.ts";
import { type PageJson, type PageRow, pageRows } from "./page-columns.ts";
import { planned } from "./page-functions.ts";

export type Page = {
  readonly rows: readonly PageRow[];
  /** Only of a page that was asked to explain itself. */
  readonly counts: ExplanationJson | undefined;
};

/** Reads a page in one statement. */
export async function readPage(database: Database, request: PageRequest): Promise<Page> {
  const [[json] = []] = await queryPlanned(database, pageStatement(request));
  const page = JSON.parse(String(json)) as PageJson & ExplanationJson;
  return { rows: pageRows(page), counts: request.explain && page };
}

/** SQLSTATE `undefined_function` (PostgreSQL, appendix A). */
const NO_SUCH_FUNCTION = "42883";

/** By the function that holds the statement. The database may be of another release, and not have it. */
async function queryPlanned({ queryRows }: Database, statement: Statement): Promise<unknown[][]> {
  const { text, values } = planned(statement);
  try {
    return await queryRows(text, values);
  } catch (error) {
    if (!(error instanceof SqlError && error.sqlstate === NO_SUCH_FUNCTION)) throw error;
    return await queryRows(statement.text, statement.values);
  }
}

/** The locations of approved partners that may lie within `radiusM`, to be judged by pure code. */
export async function readCandidates(
  database: Database,
  query: NearbyQuery,
  radiusM: number,
): Promise<Candidate[]> {
  const { bind, values } = statementValues();
  const rows = await database.queryRows(
    `SELECT l.location_id, l.partner_id, l.lat, l.lng, l.timezone, l.opening_hours, l.delivery_radius_m, l.prep_minutes, l.speed_kmh
FROM (${locationsWithin(query, radiusM, bind).select("1")}) AS near
JOIN locations l ON l.location_id = near.location_id AND l.partner_id = near.partner_id
JOIN partners p ON p.partner_id = l.partner_id AND p.status = 'approved'`,
    values,
  );
  return rows.map(
    ([locationId, partnerId, lat, lng, timeZone, openingHours, deliveryRadiusM, prepMinutes, speedKmh]) =>
      ({
        locationId,
        partnerId,
        lat,
        lng,
        timeZone,
        openingHours,
        deliveryRadiusM,
        prepMinutes,
        speedKmh,
      }) as Candidate,
  );
}
