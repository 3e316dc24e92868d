import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CsvError } from "../../scripts/import/csv.ts";
import { ImportRefused, loadMarket, vacuum } from "../../scripts/import/load.ts";
import { MAX_ITEMS_PER_STORE, marketOf } from "../../scripts/import/market.ts";
import { parseImportOptions, UsageError } from "../../scripts/import/options.ts";
import type { Progress } from "../../scripts/import/progress.ts";
import { readStores, shiftLongitudes } from "../../scripts/import/stores.ts";
import type { Target } from "../../scripts/import/target.ts";
import { timeZoneAt } from "../../scripts/import/time-zones.ts";
import { gtin14 } from "../../src/gtin.ts";
import { isTimeZone } from "../../src/time-zone.ts";
import { matchesWords, queryKeys } from "../../src/words.ts";
import { count, dumpTables, openOwnDatabase } from "./own-database.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const TABLES = ["partners", "items", "locations", "proofs", "stock_rows", "shelves"];
const SILENT: Progress = { start: () => {}, advance: () => {}, step: () => {}, finish: () => {} };
const NEVER = new AbortController().signal;

/** 60 stores of 3 brands between New York and Los Angeles. */
const STORES_CSV = [
  "brand,lat,lng",
  ...Array.from(
    { length: 60 },
    (_, i) => `${["corner-mart", "Big Box", "drug\\shop"][i % 3]},${34 + i / 10},${-118 + i / 2}`,
  ),
].join("\n");

const marketFromCsv = (csv: string, itemsPerStore = 8, nowMs = NOW_MS) =>
  marketOf(readStores(csv).stores, itemsPerStore, nowMs);

describe("a stores file", () => {
  it("may have its columns in any order, further columns, quotes, CRLF, blank lines and a byte order mark", () => {
    const csv =
      '\uFEFFname, LNG ,city,"lat",brand\r\n"a ""b""\r\nc",3.5,x,6.5,"Shop, Ltd"\r\n\r\n1,-3,"",-6.25,Plain';
    expect(readStores(csv)).toEqual({
      badRows: [],
      stores: [
        { brand: "Shop, Ltd", lat: 6.5, lng: 3.5, ref: "6.5,3.5", number: 1 },
        { brand: "Plain", lat: -6.25, lng: -3, ref: "-6.25,-3", number: 1 },
      ],
    });
  });

  it("keeps its good rows, and names line and reason of each bad one", () => {
    const csv =
      'brand,lat,lng\na,1,2\n,1,2\nb,91,2\nc,1,\n"d\ne",1,2\nf,1e1,2\ng,0x10,2\nh,1\ni,1,-180.5\nj,-90,180';
    const { stores, badRows } = readStores(csv);
    expect(stores.map(({ brand }) => brand)).toEqual(["a", "j"]);
    expect(badRows).toEqual([
      "line 3: brand is empty",
      'line 4: lat is not a number from -90 to 90: "91"',
      'line 5: lng is not a number from -180 to 180: ""',
      "line 6: brand has control characters",
      'line 8: lat is not a number from -90 to 90: "1e1"',
      'line 9: lat is not a number from -90 to 90: "0x10"',
      "line 10: 2 fields are too few",
      'line 11: lng is not a number from -180 to 180: "-180.5"',
    ]);
  });

  it.each([
    ["", "the file is empty"],
    ["brand,lat\na,1", "line 1: no column lng"],
    ["brand,lat,lng,LAT\na,1,2,3", "line 1: column lat is there twice"],
    ["brand,lat,lng\n", "the file has no usable row"],
    ["brand,lat,lng\na,x,2", "the file has no usable row; line 2: lat"],
    ['brand,lat,lng\na,1,2\n"b,1,2', "line 3: a quote is opened and never closed"],
    ['brand,lat,lng\n"b"c,1,2', "line 2: expected a comma"],
  ])("is refused when it is %j", (csv, message) => {
    expect(() => readStores(csv)).toThrow(CsvError);
    expect(() => readStores(csv)).toThrow(message);
  });

  it("names two stores of one brand at one place apart, and the same after reordering", () => {
    const refs = (csv: string) => readStores(csv).stores.map(({ brand, ref }) => `${brand} ${ref}`);
    expect(refs("brand,lat,lng\na,1,2\na,1,2\nb,1,2")).toEqual(["a 1,2", "a 1,2#2", "b 1,2"]);
    expect(refs("brand,lat,lng\nb,1,2\na,1,2\na,1,2").sort()).toEqual(["a 1,2", "a 1,2#2", "b 1,2"]);
  });

  it("repeats at evenly spread longitudes without leaving the globe or its brands", () => {
    const { stores } = readStores("brand,lat,lng\na,10,170.5\nb,-10,-30");
    const shifted = shiftLongitudes(stores, 4);
    expect(shifted.map(({ brand, lat, lng }) => [brand, lat, lng])).toEqual([
      ["a", 10, 170.5],
      ["b", -10, -30],
      ["a", 10, -99.5],
      ["b", -10, 60],
      ["a", 10, -9.5],
      ["b", -10, 150],
      ["a", 10, 80.5],
      ["b", -10, -120],
    ]);
    expect(shiftLongitudes(stores, 1)).toEqual(stores);
  });

  it("gets a time zone that exists wherever its stores are", () => {
    for (let lng = -180; lng <= 180; lng += 2.5) {
      for (let lat = -90; lat <= 90; lat += 10) expect(isTimeZone(timeZoneAt({ lat, lng }))).toBe(true);
    }
  });
});

describe("the command line", () => {
  const parse = (...args: string[]) =>
    parseImportOptions(args, { DATABASE_URL: "postgres://u@h/d" }, () => NOW_MS);

  it("needs a file only", () => {
    expect(parse("--stores", "f.csv")).toEqual({
      storesFile: "f.csv",
      itemsPerStore: 40,
      databaseUrl: "postgres://u@h/d",
      nowMs: NOW_MS,
      shiftLongitudes: 1,
    });
    expect(parseImportOptions(["--stores=f.csv"], {}, () => 0).databaseUrl).toBeUndefined();
  });

  it.each([
    [[], "--stores is missing"],
    [["--store", "f"], "Unknown option '--store'"],
    [["f.csv"], "Unexpected argument 'f.csv'"],
    [["--stores", "f", "--items-per-store", "0"], "--items-per-store must be a number from 1 to"],
    [["--stores", "f", "--items-per-store", String(MAX_ITEMS_PER_STORE + 1)], "--items-per-store must be"],
    [["--stores", "f", "--items-per-store", "4x"], '"4x"'],
    [["--stores", "f", "--shift-longitudes", "361"], "--shift-longitudes must be a number from 1 to 360"],
    [["--stores", "f", "--now", "yesterday"], "--now must be an instant"],
    [["--stores", "f", "--now", "2026-13-01T00:00:00Z"], "--now must be an instant"],
    [["--stores", "f", "--database-url", "mysql://x"], "the database URL must look like"],
  ])("is refused when it is %j", (args, message) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(message);
  });
});

describe("an import", () => {
  let own: Awaited<ReturnType<typeof openOwnDatabase>>;
  let target: Target;

  beforeAll(async () => {
    own = await openOwnDatabase();
    target = own.target;
  });
  afterAll(() => own[Symbol.asyncDispose]());
  beforeEach(() => target.query("TRUNCATE partners CASCADE"));

  const definitions = async () => [
    await target.query(
      "SELECT conname, pg_get_constraintdef(oid) AS d FROM pg_constraint ORDER BY conrelid::regclass::text, 1",
    ),
    await target.query("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"),
    await target.query(
      "SELECT tgname, tgenabled, pg_get_triggerdef(oid) AS d FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    ),
  ];
  const dumpAll = () => dumpTables(target, TABLES);
  const violations = (sql: string) => count(target, `(${sql}) AS violations`);

  it("makes each brand a partner and each row a location with as many items as asked", async () => {
    await loadMarket(target, marketFromCsv(STORES_CSV), SILENT, NEVER);
    await vacuum(target, SILENT, NEVER);
    expect(await target.query("SELECT name, status FROM partners ORDER BY name")).toEqual([
      { name: "Big Box", status: "approved" },
      { name: "Corner Mart", status: "approved" },
      { name: "drug\\shop", status: "approved" },
    ]);
    expect(await count(target, "items")).toBe(3 * 12);
    expect(await count(target, "locations")).toBe(60);
    expect(await violations("SELECT FROM stock_rows GROUP BY location_id HAVING count(*) <> 8")).toBe(0);
    expect(await count(target, "stock_rows")).toBe(480);
  });

  it("yields rows that agree with one another", async () => {
    await loadMarket(target, marketFromCsv(STORES_CSV, 60), SILENT, NEVER);
    expect(
      await violations(`SELECT FROM stock_rows WHERE availability NOT IN ('on_request', 'scheduled_only')
        AND availability::text <> CASE WHEN quantity = 0 THEN 'out_of_stock' WHEN quantity <= 5 THEN 'low_stock' ELSE 'in_stock' END`),
    ).toBe(0);
    expect(
      await violations(`SELECT FROM stock_rows s JOIN items i USING (partner_id, item_id)
        WHERE NOT (s.listed AND s.version = 1 AND s.verified_at = ALL (ARRAY[s.price_observed_at, s.stock_observed_at,
            s.counted_observed_at, s.updated_at]) AND i.details_observed_at <= '${new Date(NOW_MS).toISOString()}'
            AND s.availability_stated = (s.availability IN ('on_request', 'scheduled_only'))) IS TRUE`),
    ).toBe(0);
    expect(await violations("SELECT FROM stock_rows WHERE reserved > quantity OR price_amount <= 0")).toBe(0);
    expect(
      await violations(`SELECT FROM stock_rows s LEFT JOIN proofs p USING (proof_id)
        WHERE (p.proof_id IS NULL) = (verification_method = 'shelf_snap') OR p.captured_at <> s.verified_at
          OR p.location_id <> s.location_id OR p.item_id <> s.item_id OR p.kind <> s.verification_method`),
    ).toBe(0);
    expect(await count(target, "stock_rows WHERE proof_id IS NOT NULL")).toBe(await count(target, "proofs"));
    expect(await violations("SELECT FROM proofs WHERE distance_from_location_m NOT BETWEEN 0 AND 40")).toBe(
      0,
    );
  });

  it("opens most shops by a week's hours and some always, and delivers from most", async () => {
    await loadMarket(target, marketFromCsv(STORES_CSV), SILENT, NEVER);
    const alwaysOpen = await count(target, "locations WHERE opening_hours IS NULL");
    expect(alwaysOpen).toBeGreaterThan(0);
    expect(alwaysOpen).toBeLessThan(30);
    expect(await count(target, "locations WHERE delivery_radius_m IS NOT NULL")).toBeGreaterThan(30);
  });

  it("is mostly fresh, partly aging and stale, and never verified in the future", async () => {
    await loadMarket(target, marketFromCsv(STORES_CSV, 60), SILENT, NEVER);
    const share = async (ages: string) =>
      (await count(target, `stock_rows WHERE '${new Date(NOW_MS).toISOString()}' - verified_at ${ages}`)) /
      3600;
    expect(await share("< '24 h'")).toBeCloseTo(0.8, 1);
    expect(await share(">= '48 h'")).toBeCloseTo(0.08, 1);
    expect(await share("< '0 s'")).toBe(0);
  });

  it("has products that a search finds, and GTINs that are valid", async () => {
    const market = marketFromCsv(STORES_CSV, MAX_ITEMS_PER_STORE);
    const items = market.partners[0]!.catalogue;
    for (const words of ["bread", "braed", "milk", "coca cola", "ibuprofen", "toilet paper"]) {
      expect(items.some((item) => matchesWords(new Set(item.searchKeys), queryKeys(words)))).toBe(true);
    }
    expect(items.filter(({ gtin }) => gtin !== null && gtin14(gtin) !== gtin)).toEqual([]);
    expect(new Set(items.map(({ ref }) => ref)).size).toBe(items.length);
    expect(new Set(items.map(({ title }) => title)).size).toBeGreaterThan(200);
  });

  it("gives the same rows again, and at another moment the same ids", async () => {
    await loadMarket(target, marketFromCsv(STORES_CSV), SILENT, NEVER);
    const first = await dumpAll();
    await target.query("TRUNCATE partners CASCADE");
    await loadMarket(target, marketFromCsv(STORES_CSV), SILENT, NEVER);
    expect(await dumpAll()).toEqual(first);
    const later = marketFromCsv(STORES_CSV, 8, NOW_MS + 1);
    expect(later.locations).toEqual(marketFromCsv(STORES_CSV).locations);
  });

  it("gives each location its shelf, which goes on counting the rows", async () => {
    await loadMarket(target, marketFromCsv(STORES_CSV), SILENT, NEVER);
    const miscounted = () =>
      violations(`SELECT FROM locations l LEFT JOIN shelves s USING (partner_id, location_id)
        WHERE s.row_count IS DISTINCT FROM (SELECT count(*) FROM stock_rows r WHERE r.location_id = l.location_id)`);
    expect(await miscounted()).toBe(0);
    await target.query("DELETE FROM stock_rows WHERE quantity % 2 = 0");
    expect(await miscounted()).toBe(0);
    expect(await count(target, "shelves WHERE version > 1")).toBeGreaterThan(0);
  });

  it("leaves keys, indexes, foreign keys and triggers as they were", async () => {
    const before = await definitions();
    await loadMarket(target, marketFromCsv(STORES_CSV), SILENT, NEVER);
    expect(await definitions()).toEqual(before);
  });

  it("adds to what is there already, and refuses brands that are", async () => {
    await loadMarket(target, marketFromCsv(STORES_CSV), SILENT, NEVER);
    const csv = "brand,lat,lng\nother,1,1\nother,2,2";
    await loadMarket(target, marketFromCsv(csv), SILENT, NEVER);
    expect(await count(target, "stock_rows")).toBe(480 + 16);
    const before = await dumpAll();
    const again = loadMarket(target, marketFromCsv(`${csv}\nnew,3,3`), SILENT, NEVER);
    await expect(again).rejects.toThrow(ImportRefused);
    await expect(again).rejects.toThrow(
      "already imported: 1 of 2 brands are in the database, Other among them",
    );
    expect(await dumpAll()).toEqual(before);
  });

  it.each(["proofs", "stock rows", "index stock_rows_item_idx", "foreign key stock_rows_item_fk"])(
    "leaves nothing behind when it is interrupted at %s",
    async (moment) => {
      const before = await definitions();
      const interruption = new AbortController();
      const interruptAt = (label: string): void => {
        if (label === moment) interruption.abort(new Error("interrupted"));
      };
      const progress = { ...SILENT, start: interruptAt, step: interruptAt };
      const load = loadMarket(target, marketFromCsv(STORES_CSV), progress, interruption.signal);
      await expect(load).rejects.toThrow("interrupted");
      expect(await dumpAll()).toEqual(TABLES.map(() => []));
      expect(await definitions()).toEqual(before);
    },
  );

  it("leaves nothing behind when the database refuses a row", async () => {
    const market = marketFromCsv(STORES_CSV);
    const [location, ...others] = market.locations;
    const broken = { ...market, locations: [...others, { ...location!, lat: 91 }] };
    await expect(loadMarket(target, broken, SILENT, NEVER)).rejects.toThrow("locations_lat_check");
    expect(await dumpAll()).toEqual(TABLES.map(() => []));
  });
});
