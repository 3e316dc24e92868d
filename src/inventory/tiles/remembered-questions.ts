/**
 * How it is noted what was said to a question: at its place, and by numbers that no other question has, so that what
 * was noted of the question that had the place before says nothing.
 */
export type RememberedQuestion = { readonly place: number; readonly no: number; readonly yes: number };

/** As many questions have a place: those that were asked last. */
export const QUESTIONS_REMEMBERED = 32;

/** The longest ago first. */
const remembered = new Map<string, RememberedQuestion>();
let lastNumber = 0;

/** How answers to a question are noted; texts that differ are other questions. */
export function rememberQuestion(text: string): RememberedQuestion {
  const question = remembered.get(text) ?? { place: freePlace(), no: ++lastNumber, yes: ++lastNumber };
  remembered.delete(text);
  remembered.set(text, question);
  return question;
}

/** A place that no question has, if need be because the one that was asked longest ago is forgotten. */
function freePlace(): number {
  const [oldest] = remembered;
  if (oldest === undefined || remembered.size < QUESTIONS_REMEMBERED) return remembered.size;
  const [text, { place }] = oldest;
  remembered.delete(text);
  return place;
}
