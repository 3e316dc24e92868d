/** Of one thing that is known: since when, by which words, and what. */
export type Register = {
  readonly atMs: number;
  /** The observation's canonical JSON (RFC 8785); null when it said that there is nothing. */
  readonly said: string | null;
  readonly value: unknown;
};

/** What nobody has ever spoken of. */
export const UNHEARD: Register = { atMs: Number.NEGATIVE_INFINITY, said: null, value: null };

/** Below 0 when `a` yields to `b`, 0 when they are the same observation, above 0 when `a` wins. */
export function compareRegisters(a: Register, b: Register): number {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs ? -1 : 1;
  if (a.said === b.said) return 0;
  if (a.said === null) return -1;
  if (b.said === null) return 1;
  return compareCodePoints(a.said, b.said);
}

function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]].map((letters) => letters.map((letter) => letter.codePointAt(0)!));
  for (let i = 0; ; i++) {
    const [l, r] = [left![i] ?? -1, right![i] ?? -1];
    if (l !== r) return l - r;
    if (l === -1) return 0;
  }
}

/** RFC 8785: JSON.stringify writes numbers and text as it wants them; members come in the order of their names. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
