/**
 * Finding words: the one rule by which a text is indexed and a question is asked,
 * in SQL (an array column of keys, compared by overlap) and in tiles alike.
 *
 * Two words share a key when they are equal or, if both have five letters or more, when one becomes the
 * other by one letter added, left out, replaced, or swapped with its neighbour.
 * A word of four letters also shares one with the words of five that contain it so ("brea", "bread"), and some
 * words two steps apart do too ("bread" and "beard" both yield "bead").
 */

/** Shorter words are found as they stand: one letter off, "milk" would be "mill", "ilk" and "silk". */
const SHORTEST_WITH_DELETIONS = 5;

/**
 * Keys are made from at most this many letters of a word. Without it a single 300-letter word would yield
 * 90 KB of keys, and one of 900 letters (300 Hangul syllables, decomposed) would not fit a GIN index entry.
 * Cutting the word, rather than leaving its deletions out, keeps the promise above for words of any length:
 * an edit moves at most one letter across the cut, and that is the letter a deletion may drop.
 */
const LONGEST_KEYED = 32;

const MARKS = /\p{M}+/gu;
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/u;

const withoutMarks = (text: string): string => text.normalize("NFKD").replace(MARKS, "");

/**
 * By way of upper case, because lower-casing alone keeps apart what differs only in case:
 * "Straße" and "STRASSE", "ΟΔΟΣ" and "οδος" (final sigma), Turkish "ı" and "I".
 */
const withoutCase = (text: string): string =>
  text.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");

/**
 * The distinct words of a text in order of first appearance: NFKD, marks stripped, case folded, split on
 * anything that is neither letter nor digit. Never throws: NUL and lone surrogates are separators.
 * Scripts written without spaces are not split further.
 */
export function wordsOf(text: string): string[] {
  const words = withoutMarks(withoutCase(withoutMarks(text))).split(BETWEEN_WORDS);
  return [...new Set(words.filter((word) => word !== ""))];
}

/** A word itself and, from five letters (code points) on, each form of it with one letter left out. */
function keysOfWord(word: string): string[] {
  const letters = Array.from(word).slice(0, LONGEST_KEYED);
  const keys = [letters.join("")];
  if (letters.length < SHORTEST_WITH_DELETIONS) return keys;
  for (let i = 0; i < letters.length; i++) keys.push(letters.toSpliced(i, 1).join(""));
  return keys;
}

/**
 * The distinct keys under which a text is found, sorted by UTF-16 code unit.
 * Each has 1 to 32 letters or digits; there are never more of them than characters in the normalised text
 * plus one.
 */
export function searchKeys(text: string): string[] {
  return [...new Set(wordsOf(text).flatMap(keysOfWord))].sort();
}

/** For each distinct word asked, the keys of which an item must carry at least one; empty if no word is asked. */
export function queryKeys(text: string): string[][] {
  return wordsOf(text).map((word) => [...new Set(keysOfWord(word))].sort());
}

/** Whether every asked word shares a key with the item. A query without a word matches nothing. */
export function matchesWords(itemKeys: ReadonlySet<string>, asked: readonly (readonly string[])[]): boolean {
  return asked.length > 0 && asked.every((keys) => keys.some((key) => itemKeys.has(key)));
}
