import type { Answer } from "./loader.ts";
import type { Phase } from "./phases.ts";
import type { Shelf } from "./shops.ts";

/** As much of an answer to a catalog write as is looked at. */
export type WriteAnswer = {
  readonly results: readonly {
    readonly index: number;
    readonly external_ref: string;
    readonly status: string;
    readonly version: number;
  }[];
  readonly summary: Readonly<Record<string, number>>;
};

/** Throws unless every entry of a phase was answered as it must be, in its place. */
export function requireAnswers(answers: readonly Answer[], shelves: readonly Shelf[], phase: Phase): void {
  let row = 0;
  for (const [i, answer] of answers.entries()) {
    const { results, summary } = readWriteAnswer(answer, `${phase.name}, request ${i}`);
    const expected: Record<string, number> = {};
    for (const [index, result] of results.entries()) {
      const wanted = {
        index,
        external_ref: shelves[row]?.product.externalRef,
        status: phase.statusAt(row),
        version: phase.versionAt(row),
      };
      const { external_ref, status, version } = result;
      const got = { index: result.index, external_ref, status, version };
      if (JSON.stringify(got) !== JSON.stringify(wanted)) {
        throw new Error(
          `${phase.name}, row ${row}: ${JSON.stringify(result)} instead of ${JSON.stringify(wanted)}`,
        );
      }
      expected[wanted.status] = (expected[wanted.status] ?? 0) + 1;
      row++;
    }
    for (const [status, count] of Object.entries(expected)) {
      if (summary[status] !== count) {
        throw new Error(`${phase.name}, request ${i}: the summary says ${JSON.stringify(summary)}`);
      }
    }
  }
  if (row !== shelves.length) throw new Error(`${phase.name}: ${row} results for ${shelves.length} entries`);
}

/** The body of a 200. */
export function readWriteAnswer({ status, body }: Answer, what: string): WriteAnswer {
  if (status !== 200) throw new Error(`${what}: answered ${status}: ${body.slice(0, 1000)}`);
  return JSON.parse(body) as WriteAnswer;
}
