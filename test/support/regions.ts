import { sql } from "./database.ts";

type Place = { readonly lat: number; readonly lng: number };

/** A part of the globe, within 60 km around its centre, in which only one suite puts its rows. */
export type Region = Place & {
  /** The point so many metres to the east and north of the centre, within a few metres for up to 20 km. */
  at(eastM: number, northM: number): Place;
};

/** Centres are 3 degrees apart: at 57 degrees of latitude that is 180 km, beyond any answer's 50 km. */
const SPACING_DEG = 3;
const ROWS = 39;
const COLUMNS = 119;
const CELLS = ROWS * COLUMNS;
const METRES_PER_DEGREE = 111_320;

/** The region of the suite of this name, the same at every run unless the names of two fall on the same one. */
export async function claimRegion(suite: string): Promise<Region> {
  for (let cell = hash(suite) % CELLS; ; cell = (cell + 1) % CELLS) {
    const claimed = await sql`
      INSERT INTO test_support.regions AS known VALUES (${cell}, ${suite})
      ON CONFLICT (cell) DO UPDATE SET suite = excluded.suite WHERE known.suite = excluded.suite RETURNING cell`;
    if (claimed.length === 1) return regionOf(cell);
  }
}

function regionOf(cell: number): Region {
  const lat = (Math.floor(cell / COLUMNS) - (ROWS - 1) / 2) * SPACING_DEG;
  const lng = ((cell % COLUMNS) - (COLUMNS - 1) / 2) * SPACING_DEG;
  return {
    lat,
    lng,
    at: (eastM, northM) => ({
      lat: lat + northM / METRES_PER_DEGREE,
      lng: lng + eastM / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180)),
    }),
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}
