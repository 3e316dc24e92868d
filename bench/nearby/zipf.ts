import type { Random } from "../../scripts/import/random.ts";

/**
 * Draws ranks from 0 to `count` - 1; rank r with a probability in proportion to 1 / (r + 1) ** `exponent` (Zipf's law).
 */
export function zipfRanks(count: number, exponent: number, random: Pick<Random, "fraction">): () => number {
  const upTo: number[] = [];
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += (rank + 1) ** -exponent;
    upTo.push(sum);
  }
  return () => {
    const drawn = random.fraction() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? sum) > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
