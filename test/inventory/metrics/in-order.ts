/** How lists are put in order. */

/** Sorts the other way round. */
export const reversed = (uuid: string): string =>
  uuid.replaceAll(/[0-9a-f]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));

/** The ten that come first by their keys, one after another. */
export function firstTen<Entry>(
  entries: readonly Entry[],
  keysOf: (entry: Entry) => readonly (number | string)[],
) {
  return entries
    .map((entry) => ({ entry, keys: keysOf(entry) }))
    .sort((a, b) => {
      const i = a.keys.findIndex((key, place) => key !== b.keys[place]);
      return i === -1 ? 0 : a.keys[i]! < b.keys[i]! ? -1 : 1;
    })
    .slice(0, 10)
    .map(({ entry }) => entry);
}

/** As PostgreSQL's collation "C" does. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
