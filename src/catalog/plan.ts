import { canonicalJson, compareCodePoints } from "./canonical-json.ts";
import {
  type DetailRegisters,
  deletedDetails,
  hasPartIn,
  mergeDetails,
  NOTHING,
  observationName,
  observedDetails,
} from "./detail-registers.ts";
import type { Entry, Price, Proof, Stock } from "./entry.ts";

/** What is said of a price or a stock: null when it was deleted. */
export type Observation<Value> = {
  readonly atMs: number;
  /** The group as canonical JSON, which decides ties. */
  readonly from: string;
  readonly value: Value | null;
};

/** A change of a count by some; `atMs` is null when its time was left out. */
export type Adjustment = { readonly by: number; readonly atMs: number | null };

/** What a request says of one item. */
export type PlannedItem = {
  readonly externalRef: string;
  details: DetailRegisters | undefined;
  /** Since when it is deleted everywhere. */
  deletedAtMs: number | null;
};

/** What a request says of one item at one location. */
export type PlannedRow = {
  readonly item: number;
  readonly externalRef: string;
  /** Null: the partner's only one. */
  readonly locationRef: string | null;
  price: Observation<Price> | undefined;
  stock: Observation<Stock> | undefined;
  adjustments: Adjustment[];
  /** Whether an entry of this row has part in what the request says of the item's details. */
  hasDetails: boolean;
};

/** `decided` with the row or item that it became part of; `same` as an entry before it; `lost` to a newer one. */
export type Fate = "decided" | "same" | "lost";

/** What becomes of an accepted entry, up to what the statement decides. Kept with the outcome, so short. */
export type PlannedEntry = {
  readonly index: number;
  readonly ref: string;
  readonly item: number;
} & (
  | {
      readonly kind: "observe";
      readonly row: number;
      readonly details?: Fate;
      readonly price?: Fate;
      readonly stock?: Fate;
    }
  | { readonly kind: "delete_row"; readonly row: number; readonly price: Fate; readonly stock: Fate }
  | { readonly kind: "delete_item"; readonly fate: Fate }
  | { readonly kind: "adjust"; readonly row: number; readonly atMs: number | null }
);

/** A request's entries, merged: each item and each row at most once. */
export type Plan = {
  readonly items: readonly PlannedItem[];
  readonly rows: readonly PlannedRow[];
  readonly entries: readonly PlannedEntry[];
  /** Adjustments of a row that the request also counts. */
  readonly conflicting: readonly Entry[];
};

type WorkingItem = PlannedItem & { readonly ordinal: number };
type WorkingRow = PlannedRow & { readonly ordinal: number };
type Working = { readonly items: Map<string, WorkingItem>; readonly rows: Map<string, WorkingRow> };

/**
 * Merges `entries` with one another: the newest observation of each register wins. `defaultRef` is the location that
 * is meant where none is named, null when it is not known yet.
 */
export function planWrite(entries: readonly Entry[], defaultRef: string | null): Plan {
  const working: Working = { items: new Map(), rows: new Map() };
  const placed = entries.map((entry) => ({ entry, ...place(working, entry, defaultRef) }));
  const first = firstOfEach();
  const planned: PlannedEntry[] = [];
  const conflicting: Entry[] = [];
  for (const { entry, item, row } of placed) {
    if (entry.kind === "adjust" && row?.stock !== undefined) conflicting.push(entry);
    else planned.push(plannedEntry(entry, item, row, first));
  }
  const rows = [...working.rows.values()];
  for (const row of rows) if (row.stock !== undefined) row.adjustments = [];
  return { items: [...working.items.values()], rows, entries: planned, conflicting };
}

/** What becomes of the entry, now that all are merged. Notes on its row whether it has part in the item's details. */
function plannedEntry(
  entry: Entry,
  item: WorkingItem,
  row: WorkingRow | undefined,
  first: (name: string) => Fate,
): PlannedEntry {
  const named = { index: entry.index, ref: entry.externalRef, item: item.ordinal };
  if (row === undefined) {
    const won = item.deletedAtMs === entry.observedAtMs;
    return { ...named, kind: "delete_item", fate: won ? first(`${item.ordinal} deletion`) : "lost" };
  }
  const ofRow = { ...named, row: row.ordinal };
  if (entry.kind === "adjust") return { ...ofRow, kind: "adjust", atMs: adjustmentAt(entry) };
  const said = observationsOf(entry);
  const price = said.price && (isThe(said.price, row.price) ? first(`${row.ordinal} price`) : "lost");
  const stock = said.stock && (isThe(said.stock, row.stock) ? first(`${row.ordinal} stock`) : "lost");
  if (entry.kind === "delete") {
    return { ...ofRow, kind: "delete_row", price: price ?? "lost", stock: stock ?? "lost" };
  }
  const registers = registersOf(entry);
  const hasPart = registers !== undefined && hasPartIn(registers, item.details ?? {});
  row.hasDetails ||= hasPart;
  const details =
    registers && (hasPart ? first(`${row.ordinal} details ${observationName(registers)}`) : "lost");
  return {
    ...ofRow,
    kind: "observe",
    ...(details && { details }),
    ...(price && { price }),
    ...(stock && { stock }),
  };
}

/** Adds what the entry says to its item and, if it is about one, its row. */
function place({ items, rows }: Working, entry: Entry, defaultRef: string | null) {
  const { externalRef, observedAtMs } = entry;
  const item = items.get(externalRef) ?? {
    externalRef,
    ordinal: items.size,
    details: undefined,
    deletedAtMs: null,
  };
  items.set(externalRef, item);
  const registers = registersOf(entry);
  if (registers !== undefined) item.details = mergeDetails(item.details ?? {}, registers);
  if (entry.kind === "delete" && entry.locationRef === null) {
    item.deletedAtMs = Math.max(item.deletedAtMs ?? observedAtMs, observedAtMs);
    return { item, row: undefined };
  }
  const locationRef = entry.locationRef ?? defaultRef;
  const key = JSON.stringify([externalRef, locationRef]);
  const row = rows.get(key) ?? {
    item: item.ordinal,
    externalRef,
    locationRef,
    ordinal: rows.size,
    price: undefined,
    stock: undefined,
    adjustments: [],
    hasDetails: false,
  };
  rows.set(key, row);
  const { price, stock } = observationsOf(entry);
  row.price = newest(row.price, price);
  row.stock = newest(row.stock, stock);
  if (entry.kind === "adjust") row.adjustments.push({ by: entry.adjust, atMs: adjustmentAt(entry) });
  return { item, row };
}

/** Tells whether something is the first of its name, else the same again. */
function firstOfEach(): (name: string) => Fate {
  const seen = new Set<string>();
  return (name) => {
    if (seen.has(name)) return "same";
    seen.add(name);
    return "decided";
  };
}

function adjustmentAt(entry: Extract<Entry, { kind: "adjust" }>): number | null {
  return entry.observedAtStated ? entry.observedAtMs : null;
}

/** What the entry says of the item's details, whatever the location. */
function registersOf(entry: Entry): DetailRegisters | undefined {
  if (entry.kind === "observe") return entry.details && observedDetails(entry.details, entry.observedAtMs);
  return entry.kind === "delete" && entry.locationRef === null
    ? deletedDetails(entry.observedAtMs)
    : undefined;
}

type RowObservations = {
  readonly price?: Observation<Price> | undefined;
  readonly stock?: Observation<Stock> | undefined;
};

function observationsOf(entry: Entry): RowObservations {
  const { observedAtMs: atMs } = entry;
  if (entry.kind === "adjust") return {};
  if (entry.kind === "delete") {
    const gone = { atMs, from: NOTHING, value: null };
    return { price: gone, stock: gone };
  }
  const { price, stock } = entry;
  return {
    price: price && { atMs, from: canonicalJson(price), value: price },
    stock: stock && { atMs, from: stockJson(stock, atMs), value: stock },
  };
}

/** A stock as it was observed; `stockJsonSql` makes the same of what is kept. */
function stockJson({ quantity, availability, verifiedAtMs, proof }: Stock, observedAtMs: number): string {
  return canonicalJson({
    ...(proof !== null && { proof: proofMembers(proof) }),
    stock: { ...(availability !== null && { availability }), quantity },
    ...(verifiedAtMs !== observedAtMs && { verified_at: new Date(verifiedAtMs).toISOString() }),
  });
}

/** A proof as it was sent, as canonical JSON. */
export function proofJson(proof: Proof): string {
  return canonicalJson(proofMembers(proof));
}

function proofMembers({ kind, media_url, sha256, capturedAtMs, point }: Proof) {
  return {
    kind,
    captured_at: new Date(capturedAtMs).toISOString(),
    ...(media_url !== null && { media_url }),
    ...(sha256 !== null && { sha256 }),
    ...(point !== null && { captured_lat: point.lat, captured_lng: point.lng }),
  };
}

function newest<Value>(
  known: Observation<Value> | undefined,
  said: Observation<Value> | undefined,
): Observation<Value> | undefined {
  if (known === undefined || said === undefined) return said ?? known;
  const later = said.atMs === known.atMs ? compareCodePoints(said.from, known.from) : said.atMs - known.atMs;
  return later > 0 ? said : known;
}

function isThe<Value>(said: Observation<Value>, kept: Observation<Value> | undefined): boolean {
  return kept !== undefined && said.atMs === kept.atMs && said.from === kept.from;
}
