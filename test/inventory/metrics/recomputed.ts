/** What metrics must be, from all rows there are, one obvious step at a time. */
import { TypeID } from "typeid-js";
import type { items, locations, proofs, stockRows } from "../../../src/db/schema.ts";
import { byCodePoint, firstTen, reversed } from "./in-order.ts";

type StockRow = typeof stockRows.$inferSelect;
type Known<Column extends keyof StockRow> = { readonly [Name in Column]: NonNullable<StockRow[Name]> };

/** All that figures are made of, as it stands in the tables. */
export type Tables = {
  readonly locations: readonly (typeof locations.$inferSelect)[];
  readonly items: readonly (typeof items.$inferSelect)[];
  readonly proofs: readonly (typeof proofs.$inferSelect)[];
  readonly stockRows: readonly StockRow[];
};

export type Asked = {
  readonly partnerId: string;
  readonly locationRef: string | null;
  readonly category: string | null;
};

type Row = {
  readonly stock: StockRow & Known<"availability" | "verifiedAt" | "quantity">;
  readonly item: Tables["items"][number];
  readonly location: Tables["locations"][number];
  readonly proof: Tables["proofs"][number] | undefined;
};

const DAY_MS = 86_400_000;
const AVAILABILITIES = ["in_stock", "low_stock", "out_of_stock", "on_request", "scheduled_only"] as const;
const KINDS = ["shelf_snap", "count", "pos_sync", "assertion"] as const;

const wire = (prefix: string, uuid: string): string => TypeID.fromUUID(prefix, uuid).toString();

/** The answer, but for its history. */
export function recomputed(tables: Tables, asked: Asked, asOfMs: number): object {
  const rows = rowsOf(tables, asked);
  const places = tables.locations
    .filter(({ partnerId }) => partnerId === asked.partnerId)
    .filter(({ locationRef }) => asked.locationRef === null || locationRef === asked.locationRef)
    .toSorted((a, b) => byCodePoint(a.locationRef, b.locationRef));
  const categories = [...new Set(rows.map(({ item }) => item.category))].toSorted((a, b) =>
    a === null ? 1 : b === null ? -1 : byCodePoint(a, b),
  );
  const whole = figures(rows, asOfMs);
  const low = rows.filter(({ stock }) => stock.availability === "low_stock");
  const out = rows.filter(({ stock }) => stock.availability === "out_of_stock");
  return {
    partner_id: wire("ptr", asked.partnerId),
    location_ref: asked.locationRef,
    category: asked.category,
    as_of: new Date(asOfMs).toISOString(),
    ...whole,
    proof: { ...whole.proof, newest: newestProofs(rows) },
    alerts: {
      low_stock: {
        count: low.length,
        worst: firstTen(low, (row) => [shownQuantity(row), row.stock.verifiedAt.getTime(), ...ids(row)]).map(
          (row) => offender(row, asOfMs),
        ),
      },
      out_of_stock: {
        count: out.length,
        worst: firstTen(out, (row) => [row.stock.updatedAt.getTime(), ...ids(row)]).map((row) =>
          offender(row, asOfMs),
        ),
      },
    },
    by_category: categories.map((category) => ({
      category,
      ...figures(
        rows.filter(({ item }) => item.category === category),
        asOfMs,
      ),
    })),
    by_location: places.map(({ locationId, locationRef, name }) => {
      const here = rows.filter(({ stock }) => stock.locationId === locationId);
      const lastMs = Math.max(...here.map(({ stock }) => stock.verifiedAt.getTime()));
      return {
        location_id: wire("loc", locationId),
        location_ref: locationRef,
        name,
        ...figures(here, asOfMs),
        last_verified_at: here.length === 0 ? null : new Date(lastMs).toISOString(),
      };
    }),
  };
}

/** Of the rows of `asked`: what a history point shows as well. */
export function recomputedFigures(tables: Tables, asked: Asked, asOfMs: number): object {
  return figures(rowsOf(tables, asked), asOfMs);
}

function rowsOf({ stockRows, items, locations, proofs }: Tables, asked: Asked): Row[] {
  return stockRows
    .filter(({ listed, partnerId }) => listed && partnerId === asked.partnerId)
    .map((stock) => ({
      stock: stock as Row["stock"],
      item: items.find(({ itemId }) => itemId === stock.itemId)!,
      location: locations.find(({ locationId }) => locationId === stock.locationId)!,
      proof: proofs.find(({ proofId }) => proofId === stock.proofId),
    }))
    .filter(({ location }) => asked.locationRef === null || location.locationRef === asked.locationRef)
    .filter(({ item }) => asked.category === null || item.category === asked.category);
}

function figures(rows: readonly Row[], asOfMs: number) {
  const total = rows.length;
  const agesMs = rows.map(({ stock }) => Math.max(0, asOfMs - stock.verifiedAt.getTime()));
  const agesS = agesMs.map((ms) => Math.floor(ms / 1000)).toSorted((a, b) => a - b);
  const fresh = agesMs.filter((ms) => ms <= DAY_MS).length;
  const stale = agesMs.filter((ms) => ms > 2 * DAY_MS).length;
  const proven = rows.filter(({ proof }) => proof !== undefined);
  return {
    items: {
      total,
      by_availability: counts(AVAILABILITIES, (name) =>
        rows.filter(({ stock }) => stock.availability === name),
      ),
    },
    freshness: {
      window_s: 86_400,
      fresh,
      aging: total - fresh - stale,
      stale,
      fresh_ratio: ratio(fresh, total),
      age_s: {
        p50: percentile(agesS, 50),
        p90: percentile(agesS, 90),
        p99: percentile(agesS, 99),
        max: agesS.at(-1) ?? null,
      },
    },
    proof: {
      items_with_proof: proven.length,
      coverage: ratio(proven.length, total),
      by_kind: counts(KINDS, (name) => proven.filter(({ proof }) => proof?.kind === name)),
    },
  };
}

/** The first of the sorted values that so many in a hundred do not exceed: `percentile_disc`, in whole numbers. */
function percentile(sorted: readonly number[], inHundred: number): number | null {
  return sorted.find((_, i) => 100 * (i + 1) >= inHundred * sorted.length) ?? null;
}

const ratio = (part: number, total: number): number | null =>
  total === 0 ? null : Number((part / total).toFixed(6));

function counts<Name extends string>(names: readonly Name[], of: (name: Name) => readonly unknown[]) {
  return Object.fromEntries(names.map((name) => [name, of(name).length]));
}

function newestProofs(rows: readonly Row[]): object[] {
  const shown = rows.flatMap(({ proof, ...row }) => (proof === undefined ? [] : [{ ...row, proof }]));
  return firstTen(shown, ({ proof }) => [-proof.receivedAt.getTime(), reversed(proof.proofId)]).map(
    ({ proof, item, location }) => ({
      proof_id: wire("prf", proof.proofId),
      kind: proof.kind,
      media_url: proof.mediaUrl,
      sha256: proof.sha256 && Buffer.from(proof.sha256).toString("hex"),
      captured_at: proof.capturedAt.toISOString(),
      received_at: proof.receivedAt.toISOString(),
      distance_from_location_m:
        proof.distanceFromLocationM === null ? null : Math.round(proof.distanceFromLocationM),
      item_id: wire("itm", item.itemId),
      external_ref: item.externalRef,
      location_id: wire("loc", location.locationId),
      location_ref: location.locationRef,
    }),
  );
}

function offender(row: Row, asOfMs: number): object {
  const { stock, item, location } = row;
  return {
    item_id: wire("itm", item.itemId),
    external_ref: item.externalRef,
    title: item.title,
    location_id: wire("loc", location.locationId),
    location_ref: location.locationRef,
    quantity: shownQuantity(row),
    verified_at: stock.verifiedAt.toISOString(),
    age_s: Math.floor(Math.max(0, asOfMs - stock.verifiedAt.getTime()) / 1000),
  };
}

const shownQuantity = ({ stock }: Row): number => Math.max(0, stock.quantity - stock.reserved);
const ids = ({ stock }: Row): string[] => [stock.itemId, stock.locationId];
