/** Consecutive entries that travel in one request. */
export type Chunk = {
  /** Counts the chunks, from 0. */
  readonly number: number;
  /** The first entry's place among all, from 0. */
  readonly first: number;
  readonly count: number;
  /** JSON, with the entries under the list's name. */
  readonly body: string;
  /** What the entries are called. */
  readonly names: ReadonlySet<unknown>;
};

export type ChunkTerms<Entry> = {
  /** The member of the body that holds the entries. */
  readonly list: string;
  readonly maxEntries: number;
  /** An entry beyond this many bytes travels alone. */
  readonly maxBytes: number;
  readonly nameOf: (entry: Entry) => unknown;
};

/** `entries` in chunks, in their order, each made when it is wanted. */
export function* chunksOf<Entry>(
  entries: readonly Entry[],
  { list, maxEntries, maxBytes, nameOf }: ChunkTerms<Entry>,
): Generator<Chunk, void, undefined> {
  const opening = `{${JSON.stringify(list)}:[`;
  const emptyBytes = Buffer.byteLength(opening) + 2;
  let number = 0;
  let first = 0;
  let texts: string[] = [];
  let bytes = emptyBytes;
  const finished = (end: number): Chunk => ({
    number: number++,
    first,
    count: end - first,
    body: `${opening}${texts.join(",")}]}`,
    names: new Set(entries.slice(first, end).map(nameOf)),
  });
  for (const [index, entry] of entries.entries()) {
    // What JSON has no text for is refused by the service, like any other bad entry.
    const text = JSON.stringify(entry) ?? "null";
    const textBytes = Buffer.byteLength(text) + 1;
    if (texts.length > 0 && (texts.length === maxEntries || bytes + textBytes > maxBytes)) {
      yield finished(index);
      first = index;
      texts = [];
      bytes = emptyBytes;
    }
    texts.push(text);
    bytes += textBytes;
  }
  if (texts.length > 0) yield finished(entries.length);
}
