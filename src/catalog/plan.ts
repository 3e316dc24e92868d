import { canonicalJson } from "./canonical-json.ts";
import {
  type DetailRegisters,
  deletedDetails,
  detailsOutcome,
  mergeDetails,
  observedDetails,
  sourceAmong,
  wholeOf,
} from "./detail-registers.ts";
import type { Entry, Price, Proof, Stock } from "./entry.ts";
import { isNewer, isSame, NOTHING, type Source, sourceOf } from "./observation.ts";

/** What is said of a price or a stock: null when it was deleted. */
export type Observation<Value> = { readonly source: Source; readonly value: Value | null };

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
  /** Null: the partner's only one. */
  readonly locationRef: string | null;
  price: Observation<Price> | undefined;
  stock: Observation<Stock> | undefined;
  adjustments: Adjustment[];
  /** Whether an entry of this row has part in what the request says of the item's details. */
  hasDetails: boolean;
};

/** What became of an observation: a value `changed`, only its time `moved`, it is the `same`, or `stale`. */
export type Outcome = "changed" | "moved" | "same" | "stale";

/** `decided` by the statement, with the row or item that it became part of; or known already. */
export type Fate = "decided" | Outcome;

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

/** What an entry has had decided already: those after it with the same are the `same`. */
type Decided = { readonly ordinal: number; readonly decided: Set<unknown> };
type WorkingItem = PlannedItem & Decided;
type WorkingRow = PlannedRow & Decided;
type Working = { readonly items: Map<string, WorkingItem>; readonly rows: Map<string, WorkingRow> };

/** What is known of an item's details, whether all of one observation, and at which revision of its row. */
export type KnownDetails = {
  readonly revision: string;
  readonly whole: boolean;
  readonly registers: DetailRegisters;
};

/** Whether the statement can judge the details by itself: as a whole, against a whole. */
export function areJudgedWhole(details: DetailRegisters, known: KnownDetails | undefined): boolean {
  return known?.whole !== false && wholeOf(details) !== undefined;
}

/**
 * Merges `entries` with one another: the newest observation of each register wins. `defaultRef` is the location that
 * is meant where none is named, null when it is not known yet; `known` are the items' details, when they were looked up.
 */
export function planWrite(
  entries: readonly Entry[],
  defaultRef: string | null,
  known: ReadonlyMap<string, KnownDetails> | undefined,
): Plan {
  const working: Working = { items: new Map(), rows: new Map() };
  const placed = entries.map((entry) => place(working, entry, defaultRef));
  const planned: PlannedEntry[] = [];
  const conflicting: Entry[] = [];
  for (const one of placed) {
    if (one.entry.kind === "adjust" && one.row?.stock !== undefined) conflicting.push(one.entry);
    else planned.push(plannedEntry(one, known));
  }
  const rows = [...working.rows.values()];
  for (const row of rows) if (row.stock !== undefined) row.adjustments = [];
  return { items: [...working.items.values()], rows, entries: planned, conflicting };
}

type Placed = {
  readonly entry: Entry;
  readonly said: Said;
  readonly item: WorkingItem;
  /** Undefined when the entry deletes the item everywhere. */
  readonly row: WorkingRow | undefined;
};

/** Adds what the entry says to its item and, if it is about one, its row. */
function place({ items, rows }: Working, entry: Entry, defaultRef: string | null): Placed {
  const { externalRef, observedAtMs } = entry;
  const said = saidBy(entry);
  let item = items.get(externalRef);
  if (item === undefined) {
    item = { externalRef, ordinal: items.size, details: undefined, deletedAtMs: null, decided: new Set() };
    items.set(externalRef, item);
  }
  if (said.details !== undefined) {
    item.details = item.details === undefined ? said.details : mergeDetails(item.details, said.details);
  }
  if (entry.kind === "delete" && entry.locationRef === null) {
    item.deletedAtMs = Math.max(item.deletedAtMs ?? observedAtMs, observedAtMs);
    return { entry, said, item, row: undefined };
  }
  const locationRef = entry.locationRef ?? defaultRef;
  const key = `${item.ordinal} ${locationRef ?? ""}`;
  let row = rows.get(key);
  if (row === undefined) {
    row = {
      item: item.ordinal,
      locationRef,
      ordinal: rows.size,
      price: undefined,
      stock: undefined,
      adjustments: [],
      hasDetails: false,
      decided: new Set(),
    };
    rows.set(key, row);
  }
  row.price = newest(row.price, said.price);
  row.stock = newest(row.stock, said.stock);
  if (entry.kind === "adjust") row.adjustments.push({ by: entry.adjust, atMs: adjustmentAt(entry) });
  return { entry, said, item, row };
}

/** What becomes of the entry, now that all are merged. Notes on its row whether it has part in the item's details. */
function plannedEntry(
  { entry, said, item, row }: Placed,
  known: ReadonlyMap<string, KnownDetails> | undefined,
): PlannedEntry {
  const named = { index: entry.index, ref: entry.externalRef, item: item.ordinal };
  if (row === undefined) {
    const fate = item.deletedAtMs === entry.observedAtMs ? decidedOnce(item, "deletion") : "stale";
    return { ...named, kind: "delete_item", fate };
  }
  const ofRow = { ...named, row: row.ordinal };
  if (entry.kind === "adjust") return { ...ofRow, kind: "adjust", atMs: adjustmentAt(entry) };
  const price = said.price && fateOf(said.price.source, row.price?.source, row);
  const stock = said.stock && fateOf(said.stock.source, row.stock?.source, row);
  if (entry.kind === "delete") {
    return { ...ofRow, kind: "delete_row", price: price ?? "stale", stock: stock ?? "stale" };
  }
  const details = said.details && detailsFate(said.details, item, row, known);
  row.hasDetails ||= details === "decided" || details === "changed";
  return {
    ...ofRow,
    kind: "observe",
    ...(details && { details }),
    ...(price && { price }),
    ...(stock && { stock }),
  };
}

function detailsFate(
  said: DetailRegisters,
  item: WorkingItem,
  row: WorkingRow,
  known: ReadonlyMap<string, KnownDetails> | undefined,
): Fate {
  const kept = sourceAmong(said, item.details ?? {});
  if (kept === undefined) return "stale";
  const fate = decidedOnce(row, kept);
  const details = item.details ?? {};
  const there = known?.get(item.externalRef);
  if (fate === "same" || known === undefined || areJudgedWhole(details, there)) return fate;
  const before = there?.registers ?? {};
  return detailsOutcome(said, before, mergeDetails(before, details));
}

function fateOf(said: Source, kept: Source | undefined, row: WorkingRow): Fate {
  return kept !== undefined && isSame(said, kept) ? decidedOnce(row, kept) : "stale";
}

function decidedOnce({ decided }: Decided, what: unknown): Fate {
  if (decided.has(what)) return "same";
  decided.add(what);
  return "decided";
}

function adjustmentAt(entry: Extract<Entry, { kind: "adjust" }>): number | null {
  return entry.observedAtStated ? entry.observedAtMs : null;
}

/** What an entry says, by the registers that it sets. */
type Said = {
  readonly details?: DetailRegisters | undefined;
  readonly price?: Observation<Price> | undefined;
  readonly stock?: Observation<Stock> | undefined;
};

function saidBy(entry: Entry): Said {
  const { observedAtMs: atMs } = entry;
  if (entry.kind === "adjust") return {};
  if (entry.kind === "delete") {
    if (entry.locationRef === null) return { details: deletedDetails(atMs) };
    const gone = () => ({ source: sourceOf(atMs, () => NOTHING), value: null });
    return { price: gone(), stock: gone() };
  }
  const { details, price, stock } = entry;
  return {
    details: details && observedDetails(details, atMs),
    price: price && { source: sourceOf(atMs, () => canonicalJson(price)), value: price },
    stock: stock && { source: sourceOf(atMs, () => stockJson(stock, atMs)), value: stock },
  };
}

/** A stock as it was observed; `stockJson` in judge-statement.ts makes the same of what is kept. */
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
  return isNewer(said.source, known.source) ? said : known;
}
