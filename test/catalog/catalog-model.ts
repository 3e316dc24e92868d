/**
 * `/connect/v1/catalog/items` over plain maps, as slow and obvious as can be: decision 7 and the contract, told a
 * second time. It shares no code with the service. A partner's locations are given, and stay.
 */
import {
  adjustedStock,
  type Claim,
  claimsOf,
  detailKey,
  isAdjustment,
  momentOf,
  priceKey,
  type Row,
  rowOf,
  type Stock,
  stockKey,
} from "./model-claims.ts";
import { type Claims, deletedStatus, type Fates, fatesOf, isHeard, observedStatus } from "./model-fates.ts";
import {
  differs,
  isHeld,
  isListed,
  type Known,
  type KnownRow,
  knownRow,
  missingOf,
  proofTextOf,
  registerOf,
  sameValue,
} from "./model-known.ts";
import { compareRegisters, type Register } from "./registers.ts";
import type { WireEntry, WireRequest } from "./wire.ts";

export type ModelResult = {
  readonly index: number;
  readonly external_ref: string;
  readonly status: string;
  /** Of the entry's row; null when it has none. */
  readonly version: number | null;
  /** What its row lacks to be listed. */
  readonly missing: readonly string[];
  /** The code of what is wrong. */
  readonly error: string | null;
};

export type ModelEvent = {
  readonly type: "catalog.item.upserted" | "catalog.item.deleted";
  readonly external_ref: string;
  readonly location_ref: string;
  readonly version: number;
};

type RowHistory = {
  readonly version: number;
  /** When it last changed. */
  readonly updatedAtMs: number;
  /** When its newest proof came. */
  readonly proofReceivedAtMs: number;
};

/** A row that anybody may see. */
export type ModelRow = KnownRow & RowHistory;

type Adjustment = { readonly index: number; readonly entry: WireEntry; readonly atMs: number };

/** What became of some entries, by their indexes: a status, or the code of what is wrong. */
type Verdicts = { readonly statuses: Map<number, string>; readonly errors: Map<number, string> };

const SKEW_MS = 5 * 60_000;
const MAX_QUANTITY = 1_000_000;

export class CatalogModel {
  readonly #locationRefs: readonly string[];
  readonly #known = new Map<string, Register>();
  /** By its stock's key, of when the newest count of each row is. */
  readonly #countedAtMs = new Map<string, number>();
  /** By ref, since when the item is deleted everywhere. */
  readonly #deletedAtMs = new Map<string, number>();
  /** By its price's key. */
  readonly #histories = new Map<string, RowHistory>();
  readonly #refs = new Set<string>();

  constructor(locationRefs: readonly string[]) {
    this.#locationRefs = locationRefs;
  }

  apply(request: WireRequest): { readonly results: ModelResult[]; readonly events: ModelEvent[] } {
    const { entries, method, nowMs } = request;
    const before: Known = new Map(this.#known);
    const verdicts: Verdicts = { statuses: new Map(), errors: new Map() };
    const [everywhere, placed] = [new Map<number, Claim[]>(), new Map<number, Claim[]>()];
    const adjustments: Adjustment[] = [];
    for (const [index, entry] of entries.entries()) {
      const error = this.#errorOf(entry, request);
      const claims = goesEverywhere(request, entry) ? everywhere : placed;
      if (error !== undefined) verdicts.errors.set(index, error);
      else if (isAdjustment(entry)) adjustments.push({ index, entry, atMs: momentOf(entry, nowMs) });
      else claims.set(index, claimsOf(entry, request, this.#locationRefs));
    }
    // What is deleted everywhere is so before what the same request deletes at one place.
    const gone = this.#hear(request, everywhere);
    const fates = this.#hear(request, placed);
    this.#adjust(adjustments, placed, verdicts);
    this.#judgeDeletedEverywhere(request, gone, verdicts);
    for (const [index, its] of fates) {
      const wasHeld = isHeld(before, this.#rowOf(entries[index]!)!);
      verdicts.statuses.set(index, method === "DELETE" ? deletedStatus(its) : observedStatus(its, wasHeld));
    }
    const events = this.#noteChanges(request, before, fates);
    const results = entries.map((entry, index) => this.#resultOf(request, entry, index, verdicts));
    return { results, events };
  }

  /** What `GET` lists and nearby finds. */
  listing(): ModelRow[] {
    return [...this.#refs]
      .flatMap((ref) => this.#rowsOf(ref))
      .filter((row) => isListed(this.#known, row))
      .map((row) => ({ ...knownRow(this.#known, row), ...this.#histories.get(priceKey(row))! }));
  }

  #errorOf(entry: WireEntry, request: WireRequest): string | undefined {
    const latestMs = request.nowMs + SKEW_MS;
    if (momentOf(entry, request.nowMs) > latestMs) return "future";
    if (entry.verified_at !== undefined && Date.parse(entry.verified_at) > latestMs) return "future";
    if (goesEverywhere(request, entry) || this.#rowOf(entry) !== undefined) return undefined;
    return entry.location_ref === undefined ? "missing" : "unknown_location";
  }

  #rowOf(entry: WireEntry): Row | undefined {
    return rowOf(entry, this.#locationRefs);
  }

  #rowsOf(ref: string): Row[] {
    return this.#locationRefs.map((at) => ({ ref, at }));
  }

  /** Learns what is said, and tells what became of each entry that says it. */
  #hear(request: WireRequest, claims: Claims): Map<number, Fates> {
    const before: Known = new Map(this.#known);
    for (const [index, its] of claims) {
      const isEverywhere = goesEverywhere(request, request.entries[index]!);
      this.#refs.add(request.entries[index]!.external_ref);
      for (const { key, register } of its) {
        const wins = compareRegisters(register, registerOf(this.#known, key)) > 0;
        if (wins) this.#known.set(key, register);
        // What deletes the item everywhere has seen what was sold before it, even where it loses.
        const countedAtMs = this.#countedAtMs.get(key) ?? register.atMs;
        if (wins || (isEverywhere && register.atMs > countedAtMs)) this.#countedAtMs.set(key, register.atMs);
      }
    }
    return fatesOf(claims, before, (index) => this.#rowOf(request.entries[index]!)?.at);
  }

  /** Those of one row are one. */
  #adjust(adjustments: readonly Adjustment[], claims: Claims, { statuses, errors }: Verdicts): void {
    const counted = new Set([...claims.values()].flat().map(({ key }) => key));
    for (const [key, all] of Map.groupBy(adjustments, ({ entry }) => stockKey(this.#rowOf(entry)!))) {
      const known = registerOf(this.#known, key);
      if (counted.has(key) || known.value === null) {
        for (const { index } of all) errors.set(index, counted.has(key) ? "conflict" : "no_count");
        continue;
      }
      const countedAtMs = this.#countedAtMs.get(key)!;
      const seen = ({ entry, atMs }: Adjustment) => entry.observed_at !== undefined && atMs <= countedAtMs;
      for (const { index } of all.filter(seen)) statuses.set(index, "stale");
      const mine = all.filter((adjustment) => !seen(adjustment));
      if (mine.length === 0) continue;
      const by = mine.reduce((sum, { entry }) => sum + (entry.stock as { adjust: number }).adjust, 0);
      const quantity = (known.value as Stock).quantity + by;
      const fits = quantity >= 0 && quantity <= MAX_QUANTITY;
      const left = fits ? adjustedStock(known, by, Math.max(...mine.map(({ atMs }) => atMs))) : known;
      this.#known.set(key, left);
      const status = sameValue(known.value, left.value) ? "confirmed" : "updated";
      for (const { index } of mine) {
        if (fits) statuses.set(index, status);
        else errors.set(index, "insufficient_stock");
      }
    }
  }

  #judgeDeletedEverywhere(
    { entries, nowMs }: WireRequest,
    fates: ReadonlyMap<number, Fates>,
    { statuses }: Verdicts,
  ): void {
    for (const [ref, indexes] of Map.groupBy(fates.keys(), (index) => entries[index]!.external_ref)) {
      const knownMs = this.#deletedAtMs.get(ref) ?? Number.NEGATIVE_INFINITY;
      const timeOf = (index: number) => momentOf(entries[index]!, nowMs);
      const newestMs = Math.max(...indexes.map(timeOf));
      const first = indexes.find((index) => timeOf(index) === newestMs)!;
      this.#deletedAtMs.set(ref, Math.max(knownMs, newestMs));
      for (const index of indexes) statuses.set(index, timeOf(index) < newestMs ? "stale" : "unchanged");
      const isTitled = registerOf(this.#known, detailKey(ref, "title")).value !== null;
      const remains = isTitled || this.#rowsOf(ref).some((row) => isHeld(this.#known, row));
      if ([...fates.get(first)!.values()].flat().includes("changed")) statuses.set(first, "deleted");
      else if (newestMs !== knownMs) {
        statuses.set(first, newestMs < knownMs || remains ? "stale" : "not_found");
      }
    }
  }

  /** Counts a version of each row that this request changed or made known, and tells those who saw it or see it now. */
  #noteChanges({ entries, nowMs }: WireRequest, before: Known, fates: ReadonlyMap<number, Fates>) {
    const keysWhere = (holds: (its: Fates) => boolean | undefined) =>
      new Set(
        [...fates].filter(([, its]) => holds(its)).map(([index]) => priceKey(this.#rowOf(entries[index]!)!)),
      );
    const described = keysWhere((its) => its.get("details")?.includes("changed"));
    const heardOf = keysWhere(isHeard);
    const events: ModelEvent[] = [];
    const refs = new Set(entries.map(({ external_ref }) => external_ref));
    for (const row of [...refs].flatMap((ref) => this.#rowsOf(ref))) {
      const key = priceKey(row);
      const old = this.#histories.get(key);
      const changed = differs(before, this.#known, row) || described.has(key);
      if (old === undefined ? !heardOf.has(key) : !changed) continue;
      const [proofBefore, proof] = [before, this.#known].map((known) => proofTextOf(known, row));
      const version = (old?.version ?? 0) + 1;
      const proofReceivedAtMs = old === undefined || proof !== proofBefore ? nowMs : old.proofReceivedAtMs;
      this.#histories.set(key, { version, updatedAtMs: nowMs, proofReceivedAtMs });
      const names = { external_ref: row.ref, location_ref: row.at };
      if (isListed(this.#known, row)) events.push({ type: "catalog.item.upserted", ...names, version });
      else if (isListed(before, row)) events.push({ type: "catalog.item.deleted", ...names, version });
    }
    return events;
  }

  #resultOf(
    request: WireRequest,
    entry: WireEntry,
    index: number,
    { statuses, errors }: Verdicts,
  ): ModelResult {
    const row = this.#rowOf(entry);
    const error = errors.get(index) ?? null;
    const rows = goesEverywhere(request, entry) ? this.#rowsOf(entry.external_ref) : row ? [row] : [];
    const versions = rows.flatMap((each) => this.#histories.get(priceKey(each))?.version ?? []);
    const observes = error === null && request.method !== "DELETE" && !isAdjustment(entry);
    return {
      index,
      external_ref: entry.external_ref,
      status: error === null ? statuses.get(index)! : "rejected",
      version: error !== null || versions.length === 0 ? null : Math.max(...versions),
      missing: observes && row !== undefined ? missingOf(this.#known, row) : [],
      error,
    };
  }
}

/** Whether the entry deletes an item at every location. */
const goesEverywhere = ({ method }: WireRequest, { location_ref }: WireEntry): boolean =>
  method === "DELETE" && location_ref === undefined;
