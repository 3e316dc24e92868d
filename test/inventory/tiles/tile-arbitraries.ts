import fc from "fast-check";
import { type RowKind, rowKind } from "../../../src/inventory/nearby-json.ts";
import type { Shelf, Tile, TileItem } from "../../../src/inventory/tiles/tile.ts";

/** Tiles of any content; for what looks at none of it. */

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

const item: fc.Arbitrary<TileItem> = fc.record({
  json: text,
  category: fc.option(text),
  gtin: fc.option(text),
  searchText: text,
  words: fc.constant(undefined),
  asked: fc.constant(undefined),
});
const kind: fc.Arbitrary<RowKind> = fc
  .record({
    currency: fc.constantFrom("NGN", "USD"),
    availability: fc.constantFrom("in_stock", "low_stock"),
    method: fc.constantFrom("count", "assertion"),
  })
  .map(rowKind);
const shelf = (items: readonly TileItem[], kinds: readonly RowKind[]): fc.Arbitrary<Shelf> =>
  fc
    .record({
      locationId: fc.uuid(),
      partnerId: fc.uuid(),
      version: text,
      lat: finite,
      lng: finite,
      xM: finite,
      yM: finite,
      zM: finite,
      timeZone: text,
      openingHours: fc.constantFrom(null, [], [{ day: "mon", opens: "08:00", closes: "20:00" } as const]),
      delivery: fc.constantFrom(null, { radiusM: 3000, prepMinutes: 10, speedKmh: 7.5 }),
      json: text,
      rows: fc.array(
        fc.record({
          item: fc.constantFrom(...items),
          kind: fc.constantFrom(...kinds),
          proof: fc.option(text),
          numbers: fc.tuple(finite, finite, finite),
        }),
        { maxLength: 8 },
      ),
      hasProofs: fc.boolean(),
    })
    .map(({ rows, hasProofs, ...rest }) => ({
      ...rest,
      items: rows.map((row) => row.item),
      kinds: rows.map((row) => row.kind),
      proofs: hasProofs ? rows.map(({ proof }) => proof) : null,
      numbers: rows.flatMap(({ numbers }) => numbers),
      asked: undefined,
    }));

export const tiles: fc.Arbitrary<Tile> = fc
  .tuple(
    fc.array(item, { minLength: 1, maxLength: 6 }),
    fc.array(kind, { minLength: 1, maxLength: 3 }),
    fc.nat(),
    text,
  )
  .chain(([items, kinds, asOfMs, version]) =>
    fc.array(shelf(items, kinds), { maxLength: 5 }).map((shelves) => ({ asOfMs, version, shelves })),
  );
