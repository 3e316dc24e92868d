import { errorsInResults } from "../http/entries.ts";
import { invalidBody, Problem } from "../http/problem.ts";
import { wireId } from "../ids.ts";
import type { RejectedEntry } from "./entry.ts";
import type { Fate, Outcome, PlannedEntry } from "./plan.ts";
import { type CatalogAnswer, type CatalogResult, type CatalogStatus, STATUSES } from "./schema.ts";

/** What became of an item: its id (null when there is none), its details, whether it has a title, its deletion. */
type ItemOutcome = readonly [
  itemId: string | null,
  details: Outcome | null,
  titled: boolean,
  deletion: Outcome | null,
  version: number | null,
];

/** What became of a row, which before it `held` a price or a stock; the count and its time as they were before. */
type RowOutcome = readonly [
  price: Outcome | null,
  stock: Outcome | "missing" | "short" | null,
  held: boolean,
  priced: boolean,
  stocked: boolean,
  version: number | null,
  hadQuantity: number | null,
  hadCountedAt: string | null,
];

/** What became of a request's entries, up to what the statement decides. */
export type CatalogPlan = {
  readonly entries: readonly PlannedEntry[];
  readonly rejected: readonly RejectedEntry[];
};

/** What a write of the catalog comes to. Short: of 1,000 entries it is kept for a day, and only then with its plan. */
export type CatalogOutcome = readonly [
  plan: CatalogPlan | null,
  items: readonly ItemOutcome[],
  rows: readonly RowOutcome[],
];

/** The answer that tells what became of each entry. `pointerOf` names an entry in the body. */
export function answerOf(
  plan: CatalogPlan,
  [kept, items, rows]: CatalogOutcome,
  pointerOf: (index: number) => string,
): CatalogAnswer {
  const { entries, rejected } = kept ?? plan;
  const results = [
    ...rejected.map(rejectedResult),
    ...entries.map((entry) => resultOf(entry, items, rows, pointerOf)),
  ].sort((a, b) => a.index - b.index);
  return { results, summary: summaryOf(results) };
}

/** What is not wrong by itself, but does not fit what is there. */
const STATE_ERRORS: ReadonlySet<string> = new Set(["insufficient_stock", "no_count"]);

/**
 * The answer, unless it is that every entry was rejected.
 * @throws {Problem} then: 409 when only what is there is in the way, else 400.
 */
export function unlessAllRejected(answer: CatalogAnswer): CatalogAnswer {
  if (answer.summary.rejected < answer.results.length) return answer;
  const errors = errorsInResults(answer.results);
  if (!errors.every(({ code }) => STATE_ERRORS.has(code))) throw invalidBody(errors, answer);
  throw new Problem("conflict", "What is there does not allow this: nothing was written.", {
    errors,
    members: answer,
  });
}

function summaryOf(results: readonly CatalogResult[]): CatalogAnswer["summary"] {
  const summary = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<CatalogStatus, number>;
  for (const { status } of results) summary[status] += 1;
  return summary;
}

function rejectedResult({ index, externalRef, errors }: RejectedEntry): CatalogResult {
  return {
    index,
    external_ref: externalRef,
    item_id: null,
    status: "rejected",
    version: null,
    errors: [...errors],
  };
}

function resultOf(
  entry: PlannedEntry,
  items: CatalogOutcome[1],
  rows: CatalogOutcome[2],
  pointerOf: (index: number) => string,
): CatalogResult {
  const item = items[entry.item];
  const row = entry.kind === "delete_item" ? undefined : rows[entry.row];
  if (item === undefined) throw new Error("an outcome lacks its item");
  const shown = (status: CatalogStatus, version = row?.[5] ?? null): CatalogResult => ({
    index: entry.index,
    external_ref: entry.ref,
    item_id: item[0] === null ? null : wireId("itm", item[0]),
    status,
    version,
  });
  if (entry.kind === "delete_item") return shown(deletionStatus([fated(entry.fate, item[3])]), item[4]);
  if (row === undefined) throw new Error("an outcome lacks its row");
  const [price, stock, held, priced, stocked, , hadQuantity, hadCountedAt] = row;
  if (entry.kind === "delete_row") {
    return shown(deletionStatus([fated(entry.price, price), fated(entry.stock, asOutcome(stock))]));
  }
  if (entry.kind === "adjust") {
    const seen = entry.atMs !== null && hadCountedAt !== null && entry.atMs <= Date.parse(hadCountedAt);
    if (seen && hadQuantity !== null) return shown("stale");
    if (stock === "missing" || stock === "short") {
      return rejectedResult({
        index: entry.index,
        externalRef: entry.ref,
        errors: [adjustmentError(`${pointerOf(entry.index)}/stock/adjust`, stock, hadQuantity)],
      });
    }
    return shown(stock === "moved" ? "confirmed" : "updated");
  }
  const status = observationStatus(
    [fated(entry.details, item[1]), fated(entry.price, price), fated(entry.stock, asOutcome(stock))],
    !held && (priced || stocked) && (isDecided(entry.price, price) || isDecided(entry.stock, stock)),
  );
  const missing = [
    ...(item[2] ? [] : (["title"] as const)),
    ...(priced ? [] : (["price"] as const)),
    ...(stocked ? [] : (["stock"] as const)),
  ];
  return { ...shown(status), ...(missing.length > 0 && { missing }) };
}

/** What became of a group of an entry; undefined when the entry has no such group. */
function fated(fate: Fate | undefined, outcome: Outcome | null): Outcome | undefined {
  return fate === "decided" ? (outcome ?? undefined) : fate;
}

function asOutcome(stock: RowOutcome[1]): Outcome | null {
  return stock === "missing" || stock === "short" ? null : stock;
}

function isDecided(fate: Fate | undefined, outcome: string | null): boolean {
  return fate === "decided" && outcome === "changed";
}

function observationStatus(groups: readonly (Outcome | undefined)[], isNew: boolean): CatalogStatus {
  if (isNew) return "created";
  if (groups.includes("changed")) return "updated";
  if (groups.includes("moved")) return "confirmed";
  return groups.includes("stale") ? "stale" : "unchanged";
}

function deletionStatus(groups: readonly (Outcome | undefined)[]): CatalogStatus {
  if (groups.includes("changed")) return "deleted";
  if (groups.includes("moved")) return "not_found";
  return groups.includes("stale") ? "stale" : "unchanged";
}

/** Why a row cannot be adjusted, and what is there. */
function adjustmentError(pointer: string, reason: "missing" | "short", quantity: number | null) {
  if (reason === "missing") {
    const detail = "there is no count of this item here to adjust; send stock.quantity first";
    return { pointer, code: "no_count", detail };
  }
  return {
    pointer,
    code: "insufficient_stock",
    detail: `there are ${quantity}; what is left must lie between 0 and 1000000`,
    ...(quantity !== null && { quantity }),
  };
}
