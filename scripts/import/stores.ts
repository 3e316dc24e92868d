import { CsvError, type CsvRecord, parseCsv } from "./csv.ts";

/** One row of a stores file. */
export type Store = {
  readonly brand: string;
  readonly lat: number;
  readonly lng: number;
  /** Names the store among those of its brand; made from its position, so that it outlives reordering. */
  readonly ref: string;
  /** Its number among the stores of its brand, from 1, in the order of the file. */
  readonly number: number;
};

/** What a stores file holds, and a line of text for each row that had to be left out. */
export type StoresFile = { readonly stores: Store[]; readonly badRows: string[] };

const COLUMNS = ["brand", "lat", "lng"] as const;
type Column = (typeof COLUMNS)[number];

const DECIMAL = /^[+-]?\d{1,3}(?:\.\d+)?$/;
const MAX_BRAND_LENGTH = 200;
/** Six decimals are 11 cm. */
const COORDINATE_DECIMALS = 6;

/**
 * Reads a CSV text with the columns `brand`, `lat`, `lng` in any order; other columns are ignored.
 * Throws `CsvError` when the text is no CSV, lacks a column, or has no usable row.
 */
export function readStores(csv: string): StoresFile {
  const records = parseCsv(csv);
  const header = records.next().value;
  if (header === undefined) throw new CsvError("the file is empty");
  const columns = findColumns(header);
  const stores: Store[] = [];
  const badRows: string[] = [];
  const namer = storeNamer();
  for (const record of records) {
    const row = readRow(record, columns);
    if (typeof row === "string") badRows.push(`line ${record.line}: ${row}`);
    else stores.push(namer(row.brand, row.lat, row.lng));
  }
  if (stores.length === 0) {
    throw new CsvError(["the file has no usable row", ...badRows.slice(0, 3)].join("; "));
  }
  return { stores, badRows };
}

/**
 * The stores repeated at `count` longitudes spread evenly around the globe, at the same latitudes: more
 * stores at the same density. The first repetition is where they are.
 */
export function shiftLongitudes(stores: readonly Store[], count: number): Store[] {
  const namer = storeNamer();
  return Array.from({ length: count }, (_, i) => (360 * i) / count).flatMap((shift) =>
    stores.map(({ brand, lat, lng }) => namer(brand, lat, wrapLongitude(lng + shift))),
  );
}

function wrapLongitude(lng: number): number {
  return roundCoordinate(lng < 180 ? lng : lng - 360);
}

function roundCoordinate(degrees: number): number {
  return Number(degrees.toFixed(COORDINATE_DECIMALS));
}

/** Names stores in the order given: two of one brand at one position differ by a suffix. */
function storeNamer(): (brand: string, lat: number, lng: number) => Store {
  const seen = new Map<string, number>();
  const next = (key: string): number => {
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count;
  };
  return (brand, lat, lng) => {
    const position = `${lat},${lng}`;
    const occurrence = next(`${position} ${brand}`);
    return {
      brand,
      lat,
      lng,
      ref: occurrence === 1 ? position : `${position}#${occurrence}`,
      number: next(brand),
    };
  };
}

function findColumns(header: CsvRecord): Record<Column, number> {
  const names = header.fields.map((name) => name.trim().toLowerCase());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new CsvError(
      `line ${header.line}: no column ${missing.join(", ")}; the header is ${names.join(",")}`,
    );
  }
  const repeated = COLUMNS.filter((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (repeated.length > 0)
    throw new CsvError(`line ${header.line}: column ${repeated.join(", ")} is there twice`);
  return { brand: names.indexOf("brand"), lat: names.indexOf("lat"), lng: names.indexOf("lng") };
}

/** The row, or what is wrong with it. */
function readRow(
  { fields }: CsvRecord,
  columns: Record<Column, number>,
): { brand: string; lat: number; lng: number } | string {
  const [brand, latText, lngText] = COLUMNS.map((column) => fields[columns[column]]?.trim());
  if (brand === undefined || latText === undefined || lngText === undefined) {
    return `${fields.length} fields are too few`;
  }
  if (brand === "") return "brand is empty";
  if (brand.length > MAX_BRAND_LENGTH) return `brand has more than ${MAX_BRAND_LENGTH} characters`;
  if (/\p{Cc}/u.test(brand) || !brand.isWellFormed()) return "brand has control characters";
  const lat = readDegrees(latText, 90);
  if (lat === undefined) return `lat is not a number from -90 to 90: ${JSON.stringify(latText)}`;
  const lng = readDegrees(lngText, 180);
  if (lng === undefined) return `lng is not a number from -180 to 180: ${JSON.stringify(lngText)}`;
  return { brand, lat, lng };
}

function readDegrees(text: string, limit: number): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const degrees = roundCoordinate(Number(text));
  return Math.abs(degrees) <= limit ? degrees : undefined;
}
