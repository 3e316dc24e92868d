/** What was said of something, by the places of the questions; any other number: nothing was said. */
export type Judged = { verdicts: number[] | undefined };

/** How it is noted what was said to a question: at a place in `verdicts`, by numbers that no other question has. */
export type Verdicts = { readonly place: number; readonly no: number; readonly yes: number };

/** Of as many questions it is remembered what was said, those that were asked last. */
const QUESTIONS_REMEMBERED = 32;
/** Of something of which anything is remembered. */
export const VERDICTS_BYTES = 48 + 8 * QUESTIONS_REMEMBERED;

/** The longest ago first. */
const remembered = new Map<string, Verdicts>();
let lastNumber = 0;

/** How verdicts on a question are noted; texts that differ are other questions. */
export function verdictsOn(question: string): Verdicts {
  const verdicts = remembered.get(question) ?? { place: freePlace(), no: ++lastNumber, yes: ++lastNumber };
  remembered.delete(question);
  remembered.set(question, verdicts);
  return verdicts;
}

/** A place that no question has, if need be because the one that was asked longest ago is forgotten. */
function freePlace(): number {
  const [oldest] = remembered;
  if (oldest === undefined || remembered.size < QUESTIONS_REMEMBERED) return remembered.size;
  const [question, { place }] = oldest;
  remembered.delete(question);
  return place;
}

/** What `judge` says, who is asked once as long as the question is remembered. */
export function remembering<T extends Judged>(
  { place, no, yes }: Verdicts,
  judge: (one: T) => boolean,
): (one: T) => boolean {
  return (one) => {
    const known = one.verdicts?.[place];
    if (known === no) return false;
    if (known === yes) return true;
    const verdict = judge(one);
    one.verdicts ??= new Array<number>(QUESTIONS_REMEMBERED).fill(0);
    one.verdicts[place] = verdict ? yes : no;
    return verdict;
  };
}
