/** All that the model knows, in registers by name, and what follows from it. */
import { detailKey, priceKey, type Row, type Stock, stockKey } from "./model-claims.ts";
import { canonicalJson, type Register, UNHEARD } from "./registers.ts";
import { DETAILS, type Detail, type WirePrice, type WireProof } from "./wire.ts";

export type Known = ReadonlyMap<string, Register>;

export const registerOf = (known: Known, key: string): Register => known.get(key) ?? UNHEARD;

/** What the row lacks to be listed. */
export function missingOf(known: Known, row: Row): string[] {
  const needed = { title: detailKey(row.ref, "title"), price: priceKey(row), stock: stockKey(row) };
  return Object.entries(needed)
    .filter(([, key]) => registerOf(known, key).value === null)
    .map(([name]) => name);
}

export const isListed = (known: Known, row: Row): boolean => missingOf(known, row).length === 0;

/** The row's price and stock. */
const valuesOf = (known: Known, row: Row) =>
  [priceKey(row), stockKey(row)].map((key) => registerOf(known, key).value);

/** Whether the row has a price or a stock. */
export const isHeld = (known: Known, row: Row): boolean =>
  valuesOf(known, row).some((value) => value !== null);

/** Whether the row has another price or stock, or is listed in only one of them. */
export function differs(before: Known, after: Known, row: Row): boolean {
  const [was, is] = [valuesOf(before, row), valuesOf(after, row)];
  const isSame = was.every((value, i) => sameValue(value, is[i]));
  return !isSame || isListed(before, row) !== isListed(after, row);
}

/** Whether nobody would see a difference: when something was verified is none. */
export function sameValue(a: unknown, b: unknown): boolean {
  const seen = (value: unknown) =>
    value !== null && typeof value === "object" && "verifiedAtMs" in value
      ? canonicalJson({ ...value, verifiedAtMs: 0, stated: true })
      : canonicalJson(value);
  return seen(a) === seen(b);
}

/** The proof of what is in stock, as text. */
export function proofTextOf(known: Known, row: Row): string {
  const stock = registerOf(known, stockKey(row)).value as Stock | null;
  return canonicalJson(stock?.proof ?? null);
}

/** A row as it is known. */
export type KnownRow = { readonly [detail in Detail]: string | null } & {
  readonly external_ref: string;
  readonly location_ref: string;
  readonly price: WirePrice;
  readonly stock: { readonly quantity: number; readonly availability: string };
  readonly method: string;
  readonly verifiedAtMs: number;
  readonly proof: WireProof | null;
  readonly priceAtMs: number;
  readonly stockAtMs: number;
};

/** The row, which is listed. */
export function knownRow(known: Known, row: Row): KnownRow {
  const [price, stock] = [registerOf(known, priceKey(row)), registerOf(known, stockKey(row))];
  const { quantity, availability, method, verifiedAtMs, proof } = stock.value as Stock;
  const details = Object.fromEntries(
    DETAILS.map((detail) => [detail, registerOf(known, detailKey(row.ref, detail)).value]),
  ) as { [detail in Detail]: string | null };
  return {
    ...details,
    external_ref: row.ref,
    location_ref: row.at,
    price: price.value as WirePrice,
    stock: { quantity, availability },
    method,
    verifiedAtMs,
    proof,
    priceAtMs: price.atMs,
    stockAtMs: stock.atMs,
  };
}
