/** Longer names are compared by their beginning, so that the work stays small whatever a caller sends. */
const COMPARED_LENGTH = 48;

/**
 * The name of `known` that `name` was most likely meant to be, or undefined when `known` is empty; the first
 * of several equally near. Case, `-` and `_` do not count: `radiusM` is `radius_m`.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const given = comparable(name);
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(given, comparable(candidate));
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

function comparable(name: string): string {
  return name.slice(0, COMPARED_LENGTH).toLowerCase().replaceAll(/[-_]/g, "");
}

/**
 * Letters to add, drop or swap with their neighbour to get from one word to the other. Replacing a letter
 * counts as two, so that a word written out (`latitude`) is nearest to its abbreviation (`lat`).
 */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const current = [i];
    for (let j = 1; j <= to.length; j++) {
      let cost = Math.min(at(previous, j) + 1, at(current, j - 1) + 1);
      if (from[i - 1] === to[j - 1]) cost = Math.min(cost, at(previous, j - 1));
      if (from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        cost = Math.min(cost, at(beforePrevious, j - 2) + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
