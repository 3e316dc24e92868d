import { catalogTurn } from "../db/turns.ts";
import { writeNothing, writeOnce } from "../db/write-once.ts";
import { geodesicDistanceM } from "../geo/geodesic.ts";
import { unavailable } from "../http/problem.ts";
import { settled } from "../http/write-request.ts";
import { idMaker } from "../new-id.ts";
import { searchKeys } from "../words.ts";
import type { CatalogContext } from "./context.ts";
import type { Details, Entry } from "./entry.ts";
import { type Facts, lookUp } from "./facts.ts";
import { conflicts, type PointerOf, withoutLocation } from "./misfits.ts";
import { type Plan, type PlannedItem, planWrite } from "./plan.ts";
import type { CatalogRequest } from "./read-request.ts";
import { answerOf, type CatalogOutcome, unlessAllRejected } from "./results.ts";
import type { CatalogAnswer } from "./schema.ts";
import { detailsToWrite, type ItemToWrite, type RowToWrite, type ToWrite } from "./to-write.ts";
import { LOOK_FIRST, writeCatalog } from "./write-statement.ts";

/** Each is in vain only when others change the same items between look-up and write. */
const MAX_ATTEMPTS = 20;
const MAX_ATTEMPTS_MS = 3000;

/**
 * Does what the request's entries say, and tells what became of each.
 * @throws {Problem} 400 or 409, with the results, when every entry is rejected; 503 when others write all the time.
 */
export async function writeItems(
  { database, now, knownWords }: CatalogContext,
  partnerId: string,
  { entries: { entries, rejected }, bare, key }: CatalogRequest,
): Promise<CatalogAnswer> {
  const nowMs = now();
  const pointerOf: PointerOf = (index) => (bare ? "" : `/items/${index}`);
  let facts: Facts | undefined;
  const isKnown = (item: PlannedItem, words: string) =>
    facts === undefined && knownWords.has(`${partnerId} ${item.externalRef}`, words);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS && now() <= nowMs + MAX_ATTEMPTS_MS; attempt++) {
    const unplaced = withoutLocation(entries, facts, pointerOf);
    const misfits = new Set(unplaced.map(({ index }) => index));
    const placed = entries.filter(({ index }) => !misfits.has(index));
    const plan = planWrite(placed, facts?.soleLocationRef ?? null, facts?.details);
    const kept = {
      entries: plan.entries,
      rejected: [...rejected, ...unplaced, ...conflicts(plan.conflicting, pointerOf)],
    };
    if (plan.entries.length === 0) {
      // What is there now may not be what was there when the first request with this key was done.
      const earlier = key && settled(await writeOnce(database, writeNothing, key));
      if (earlier?.kind === "done") return answerOf(kept, earlier.outcome as CatalogOutcome, pointerOf);
      return unlessAllRejected(answerOf(kept, [null, [], []], pointerOf));
    }
    const toWrite = mixesLocations(placed, facts) ? undefined : toWriteOf(plan, facts, nowMs, isKnown);
    if (toWrite !== undefined) {
      const write = writeCatalog({ ...toWrite, partnerId, plan: kept, keepsPlan: key !== undefined, nowMs });
      const result = settled(await writeOnce(database, write, key, catalogTurn(partnerId)));
      if (result.kind === "done") {
        for (const { externalRef, toWrite: details } of toWrite.items) {
          if (details !== null) knownWords.note(`${partnerId} ${externalRef}`, wordsToFind(details.values));
        }
        return answerOf(kept, result.outcome as CatalogOutcome, pointerOf);
      }
      if (result.refusal !== null && result.refusal !== LOOK_FIRST) {
        return unlessAllRejected(answerOf(kept, JSON.parse(result.refusal) as CatalogOutcome, pointerOf));
      }
    }
    facts = await lookUp(database, partnerId, locationRefsOf(entries), refsWithDetails(entries));
  }
  throw unavailable("These items are being written to all the time. Please try again.", undefined);
}

/** What is to be written; undefined when that takes knowing what is there. */
function toWriteOf(
  { items, rows }: Plan,
  facts: Facts | undefined,
  nowMs: number,
  hasWords: (item: PlannedItem, words: string) => boolean,
): ToWrite | undefined {
  const newId = idMaker(nowMs);
  const itemsToWrite: ItemToWrite[] = [];
  for (const item of items) {
    const toWrite = detailsToWrite(item, facts?.details);
    if (toWrite === undefined) return undefined;
    const words = toWrite && wordsToFind(toWrite.values);
    const keys = words === null || hasWords(item, words) ? null : searchKeys(words).join(" ");
    itemsToWrite.push({ ...item, toWrite, newId: newId(), searchKeys: keys });
  }
  const rowsToWrite = rows.map((row): RowToWrite => {
    const proof = row.stock?.value?.proof ?? null;
    const location = facts?.locations.get(row.locationRef ?? "");
    const proofDistanceM = proof?.point && location ? geodesicDistanceM(proof.point, location) : null;
    return { ...row, newProofId: proof && newId(), proofDistanceM };
  });
  return { items: itemsToWrite, rows: rowsToWrite };
}

/** The text whose words find an item; none when it has been deleted. */
function wordsToFind({ title, brand, category }: Details): string {
  if (title === null || title === undefined) return "";
  return [title, brand, category].filter((text) => typeof text === "string").join(" ");
}

/** Entries with a location and without may be about the same row: which, is not known before the location is. */
function mixesLocations(entries: readonly Entry[], facts: Facts | undefined): boolean {
  if (facts !== undefined) return false;
  const named = entries.filter(({ kind, locationRef }) => kind !== "delete" || locationRef !== null);
  return (
    named.some(({ locationRef }) => locationRef === null) &&
    named.some(({ locationRef }) => locationRef !== null)
  );
}

function locationRefsOf(entries: readonly Entry[]): string[] {
  return [...new Set(entries.flatMap(({ locationRef }) => locationRef ?? []))];
}

function refsWithDetails(entries: readonly Entry[]): string[] {
  const withDetails = entries.filter(
    (entry) =>
      (entry.kind === "observe" && entry.details !== undefined) ||
      (entry.kind === "delete" && entry.locationRef === null),
  );
  return [...new Set(withDetails.map(({ externalRef }) => externalRef))];
}
