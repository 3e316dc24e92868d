import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHORD_ARC_ERROR_M } from "../../../src/geo/chord-arc.ts";
import { chordSquared, toEcef } from "../../../src/geo/ecef.ts";
import type { NearbyQuery } from "../../../src/inventory/nearby-query.ts";
import type { PagePosition } from "../../../src/inventory/nearby-statement.ts";
import type { FoundRow } from "../../../src/inventory/tiles/found-row.ts";
import type { Shelf, TileNode } from "../../../src/inventory/tiles/tile.ts";
import { searchTiles, type Tiles } from "../../../src/inventory/tiles/tile-search.ts";
import { compare, obviousSearch } from "./obvious-search.ts";
import { asked, queryOf } from "./tile-questions.ts";
import { OLDEST_AS_OF_MS, treeChances, treeOf } from "./tile-trees.ts";
import { crowds, itemId, NOW_MS } from "./tile-worlds.ts";

const ask = (tree: Tiles, query: NearbyQuery, rows: number, after?: PagePosition) =>
  searchTiles(tree, {
    query,
    startedAtMs: NOW_MS,
    after,
    rows,
    oldestAsOfMs: OLDEST_AS_OF_MS,
  });

const position = ({ shelf, row, nearness, sortKeys }: FoundRow): PagePosition => ({
  sortKeys,
  nearness,
  itemId: itemId(shelf.items[row]!),
  locationId: shelf.locationId,
});

/** What of a row the answer and its cursor depend on. */
const shown = (rows: readonly FoundRow[]) =>
  rows.map((row) => ({ ...position(row), version: row.shelf.version, row: row.row }));

/** The leaves that may hold something within `farthestM`. */
function leavesWithin({ roots, childrenOf }: Tiles, query: NearbyQuery, farthestM: number): TileNode[] {
  const origin = toEcef(query.point);
  const leaves = (node: TileNode): TileNode[] => {
    if (Math.sqrt(chordSquared(origin, node)) - node.reachM > farthestM) return [];
    return childrenOf(node)?.flatMap(leaves) ?? [node];
  };
  return roots.flatMap(leaves);
}

const isBad = ({ tile }: TileNode) => tile === undefined || tile.asOfMs < OLDEST_AS_OF_MS;

describe("a search of tiles", () => {
  it("finds what a look at every row finds, in its order, or says that a tile it needs is missing", () => {
    let found = 0;
    let missing = 0;
    fc.assert(
      fc.property(crowds, treeChances, asked, fc.boolean(), (crowd, chances, question, explain) => {
        const tree = treeOf(crowd.shelves, chances);
        const query = { ...queryOf(crowd, question), explain };
        const all = obviousSearch(crowd.shelves, query, NOW_MS);
        const wanted = all.rows.slice(0, question.rows);
        const search = ask(tree, query, question.rows);

        const byDistance = query.sort === "distance" && !explain;
        const isFull = wanted.length === question.rows;
        const neededM = byDistance && isFull ? wanted.at(-1)!.nearness : query.radiusM + CHORD_ARC_ERROR_M;
        const needed = leavesWithin(tree, query, neededM);
        if (search.kind === "missing") {
          missing++;
          const reasons = needed.filter(isBad).map(({ tile }) => (tile === undefined ? "unknown" : "old"));
          expect(reasons).toContain(search.reason);
          return;
        }
        found++;
        expect(shown(search.rows)).toEqual(shown(wanted));
        expect(search.excluded).toEqual(explain ? all.excluded : undefined);
        expect(search.asOfMs).toBe(Math.min(...search.used.map(({ tile }) => tile!.asOfMs)));
        expect(new Set(search.used).size).toBe(search.used.length);
        // One location is found without looking any farther.
        if (query.locationId !== undefined) return;
        expect(needed.filter(isBad)).toEqual([]);
        expect(new Set(search.used)).toEqual(new Set(needed));
      }),
      { numRuns: 2000, seed: 51 },
    );
    expect(found).toBeGreaterThan(1000);
    expect(missing).toBeGreaterThan(200);
  });

  it("goes on from page to page to the end, losing no row and showing none twice", () => {
    let longest = 0;
    fc.assert(
      fc.property(crowds, treeChances, asked, (crowd, chances, question) => {
        const tree = treeOf(crowd.shelves, { ...chances, unknown: 0, old: 0 });
        const query = queryOf(crowd, question);
        const pages: FoundRow[] = [];
        let after: PagePosition | undefined;
        for (;;) {
          const search = ask(tree, query, question.rows, after);
          if (search.kind === "missing") throw new Error("no tile is missing");
          pages.push(...search.rows.slice(0, question.rows - 1));
          if (search.rows.length < question.rows) break;
          after = position(pages.at(-1)!);
        }
        expect(shown(pages)).toEqual(shown(obviousSearch(crowd.shelves, query, NOW_MS).rows));
        longest = Math.max(longest, pages.length);
      }),
      { numRuns: 700, seed: 52 },
    );
    expect(longest).toBeGreaterThan(25);
  });

  it("begins after any place in the order, also one where no row is, and counts what it leaves out all the same", () => {
    fc.assert(
      fc.property(
        fc.tuple(crowds, treeChances, asked),
        fc.nat(),
        fc.boolean(),
        fc.boolean(),
        ([crowd, chances, question], at, between, explain) => {
          const query = { ...queryOf(crowd, question), explain };
          const all = obviousSearch(crowd.shelves, query, NOW_MS);
          fc.pre(all.rows.length > 0);
          const row = all.rows[at % all.rows.length]!;
          const after = between ? { ...row, itemId: row.itemId.replace(/.$/, "0") } : row;
          const search = ask(treeOf(crowd.shelves, chances), query, question.rows, after);
          if (search.kind === "missing") return;
          const wanted = all.rows.filter((other) => compare(other, after) > 0).slice(0, question.rows);
          expect(shown(search.rows)).toEqual(shown(wanted));
          expect(search.excluded).toEqual(explain ? all.excluded : undefined);
        },
      ),
      { numRuns: 1500, seed: 53 },
    );
  });

  it("judges as of the moment the question was first asked", () => {
    fc.assert(
      fc.property(crowds, asked, fc.integer({ min: 0, max: 24 }), (crowd, question, hours) => {
        const tree = treeOf(crowd.shelves, { salt: 1, capacity: 8, unknown: 0, old: 0 });
        const query = queryOf(crowd, question);
        const startedAtMs = NOW_MS - hours * 3_600_000;
        const { rows } = question;
        const search = searchTiles(tree, {
          query,
          startedAtMs,
          after: undefined,
          rows,
          oldestAsOfMs: OLDEST_AS_OF_MS,
        });
        const wanted = obviousSearch(crowd.shelves, query, startedAtMs).rows.slice(0, rows);
        expect(search.kind === "found" && shown(search.rows)).toEqual(shown(wanted));
      }),
      { numRuns: 500, seed: 54 },
    );
  });
});

describe("a location that has moved", () => {
  it("is shown once, as the youngest of the tiles used has it", () => {
    let moved = 0;
    fc.assert(
      fc.property(
        crowds,
        crowds,
        treeChances,
        asked,
        fc.boolean(),
        (crowd, other, chances, question, explain) => {
          // Some of the same locations, elsewhere around the same centre and with other rows.
          const elsewhere = other.shelves.map((shelf, i) => {
            const { locationId } = crowd.shelves[i % crowd.shelves.length]!;
            const place = crowd.shelves[(3 * i + 1) % crowd.shelves.length]!;
            const { lat, lng, xM, yM, zM } = place;
            return { ...shelf, locationId, version: `other ${i}`, lat, lng, xM, yM, zM };
          });
          const tree = treeOf([...crowd.shelves, ...elsewhere], { ...chances, unknown: 0, old: 0 });
          const query = { ...queryOf(crowd, question), explain };
          const search = ask(tree, query, question.rows);
          if (search.kind === "missing") throw new Error("no tile is missing");

          const youngest = new Map<string, { asOfMs: number; shelf: Shelf }>();
          for (const { tile } of search.used) {
            for (const shelf of tile!.shelves) {
              const known = youngest.get(shelf.locationId);
              if (known !== undefined) moved++;
              if (known !== undefined && known.asOfMs >= tile!.asOfMs) continue;
              youngest.set(shelf.locationId, { asOfMs: tile!.asOfMs, shelf });
            }
          }
          const shelves = [...youngest.values()].map(({ shelf }) => shelf);
          const all = obviousSearch(shelves, query, NOW_MS);
          expect(shown(search.rows)).toEqual(shown(all.rows.slice(0, question.rows)));
          expect(search.excluded).toEqual(explain ? all.excluded : undefined);
        },
      ),
      { numRuns: 1000, seed: 55 },
    );
    expect(moved).toBeGreaterThan(500);
  });
});
