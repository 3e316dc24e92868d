import { readFileSync } from "node:fs";
import { parseCsvTable } from "../import/csv.ts";
import { OPENING_HOURS, type ShopKind } from "./opening-hours.ts";

export type District = {
  readonly name: string;
  readonly lat: number;
  readonly lng: number;
  /** All within is dry land. */
  readonly radiusM: number;
  readonly shopCount: number;
  readonly streets: readonly [string, ...string[]];
};

export type Merchant = {
  readonly name: string;
  readonly kind: ShopKind;
  readonly branchCount: number;
  readonly hasWebsite: boolean;
};

export type Product = {
  /** Its place in the list, from 0. */
  readonly index: number;
  readonly title: string;
  readonly brand: string | null;
  readonly category: string;
  readonly priceNaira: number;
  /** What comes in the maker's packaging carries a GTIN. */
  readonly isPackaged: boolean;
  readonly soldBy: readonly string[];
};

export const DISTRICTS: readonly District[] = Array.from(readTable("districts.csv"), (row) => {
  const [street = "", ...streets] = row("streets").split("|");
  return {
    name: row("district"),
    lat: Number(row("lat")),
    lng: Number(row("lng")),
    radiusM: Number(row("radius_m")),
    shopCount: Number(row("shops")),
    streets: [street, ...streets],
  };
});

export const MERCHANTS: readonly Merchant[] = Array.from(readTable("partners.csv"), (row) => ({
  name: row("name"),
  kind: shopKind(row("kind")),
  branchCount: Number(row("branches")),
  hasWebsite: row("website") === "yes",
}));

export const PRODUCTS: readonly Product[] = Array.from(readTable("products.csv"), (row, index) => ({
  index,
  title: row("title"),
  brand: row("brand") === "" ? null : row("brand"),
  category: row("category"),
  priceNaira: Number(row("price_naira")),
  isPackaged: row("packaged") === "yes",
  soldBy: row("sold_by").split("|"),
}));

function* readTable(file: string): Generator<(column: string) => string> {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  for (const row of parseCsvTable(text)) {
    yield (column) => {
      const value = row[column];
      if (value === undefined) throw new Error(`${file} has no column ${column}`);
      return value;
    };
  }
}

function shopKind(text: string): ShopKind {
  const kind = Object.keys(OPENING_HOURS).find((known) => known === text);
  if (kind === undefined) throw new Error(`partners.csv has an unknown kind: ${text}`);
  return kind as ShopKind;
}
