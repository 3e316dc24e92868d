import fc from "fast-check";
import * as tables from "../../src/db/schema.ts";
import { db } from "../support/database.ts";
import {
  type Item,
  items,
  type Location,
  locations,
  near,
  type Partner,
  type Place,
  partners,
  rounded,
  type Shelf,
  shelf,
} from "./nearby-market-arbitraries.ts";

/** The rows of a market as they are stored. */
type Stored = {
  readonly partners: readonly Partner[];
  readonly locations: readonly Location[];
  readonly items: readonly Item[];
  readonly proofs: readonly NonNullable<Shelf["proof"]>[];
  readonly stockRows: readonly Shelf["stock"][];
};

/** A market made by chance, and stored. */
export type World = Stored & {
  /** What the locations lie around. */
  readonly centres: readonly Place[];
};

const PARTNERS = 12;
const ITEMS = 100;
/** A location has these many items at most, but for the stack. */
const ITEMS_AT_LOCATION = 12;
/** Shops of one partner at the very same spot, each with the same items. */
const STACK = { locations: 6, items: 40 };

/** One value of an arbitrary, the same for the same seed. */
const make = <T>(arbitrary: fc.Arbitrary<T>, seed: number): T =>
  fc.sample(arbitrary, { seed, numRuns: 1 })[0]!;
const several = <T>(arbitrary: fc.Arbitrary<T>, count: number) =>
  fc.array(arbitrary, { minLength: count, maxLength: count, size: "max" });

/**
 * Makes and stores a market around the centres: `locationsEach` within 60 km of each, more the nearer, and the stack
 * at the first centre itself.
 */
export async function storeWorld(
  centres: readonly [Place, ...Place[]],
  { locationsEach, seed }: { locationsEach: number; seed: number },
): Promise<World> {
  const nowMs = Date.now();
  const owners = make(several(partners(nowMs), PARTNERS), seed).map(
    (partner, i): Partner => (i === 0 ? { ...partner, status: "approved" } : partner),
  );
  const stackOwner = owners.slice(0, 1);
  const spread: Location[] = make(
    fc
      .tuple(
        ...centres.map((centre) => several(locations(near([centre], 60_000), owners, nowMs), locationsEach)),
      )
      .map((groups) => groups.flat()),
    seed + 1,
  );
  const there = locations(fc.constant(rounded(centres[0])), stackOwner, nowMs);
  const stack: Location[] = make(several(there, STACK.locations), seed + 2);
  const allItems: Item[] = [
    ...make(several(items(owners, nowMs), ITEMS), seed + 3),
    ...make(several(items(stackOwner, nowMs), STACK.items), seed + 4),
  ];
  const ownItems = ({ partnerId }: Location) => allItems.filter((item) => item.partnerId === partnerId);
  const shelves = make(
    fc.tuple(
      ...spread.flatMap((location, i) =>
        ownItems(location)
          .filter((_, j) => (i + j) % 4 !== 0)
          .slice(0, ITEMS_AT_LOCATION)
          .map((item) => shelf(location, item, nowMs)),
      ),
      ...stack.flatMap((location) => ownItems(location).map((item) => shelf(location, item, nowMs))),
    ),
    seed + 5,
  );
  const world: World = {
    centres,
    partners: owners,
    locations: [...spread, ...stack],
    items: allItems,
    proofs: shelves.flatMap(({ proof }) => (proof === undefined ? [] : [proof])),
    stockRows: shelves.map(({ stock }) => stock),
  };
  await store(world);
  return world;
}

const ROWS_AT_ONCE = 250;

async function store(world: Stored): Promise<void> {
  for (const some of chunks(world.partners)) await db.insert(tables.partners).values(some);
  for (const some of chunks(world.locations)) await db.insert(tables.locations).values(some);
  for (const some of chunks(world.items)) await db.insert(tables.items).values(some);
  for (const some of chunks(world.proofs)) await db.insert(tables.proofs).values(some);
  for (const some of chunks(world.stockRows)) await db.insert(tables.stockRows).values(some);
}

function chunks<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, i) =>
    rows.slice(i * ROWS_AT_ONCE, (i + 1) * ROWS_AT_ONCE),
  );
}
