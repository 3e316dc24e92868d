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

/**
 * Whether the key sets of two words of `wordsOf` have a key in common, told without making them. What the words share
 * at both ends is set aside; the rest must be what one letter left out of either, or of both, makes equal.
 */
export function sharesKey(one: string, other: string): boolean {
  if (one === other) return true;
  const oneEnd = keyedEnd(one);
  const otherEnd = keyedEnd(other);
  if (Math.abs(oneEnd - otherEnd) > LONGEST_LETTER) return false;

  const shorterEnd = Math.min(oneEnd, otherEnd);
  let start = 0;
  while (start < shorterEnd && one.charCodeAt(start) === other.charCodeAt(start)) start++;
  if (start > 0 && isHighSurrogate(one.charCodeAt(start - 1))) start--;
  let same = 0;
  while (
    same < shorterEnd - start &&
    one.charCodeAt(oneEnd - same - 1) === other.charCodeAt(otherEnd - same - 1)
  )
    same++;
  if (same > 0 && isLowSurrogate(one.charCodeAt(oneEnd - same))) same--;

  const oneRest = oneEnd - same;
  const otherRest = otherEnd - same;
  if (start === oneRest && start === otherRest) return true;
  if (start === otherRest) return afterLetter(one, start) === oneRest && hasDeletions(one, oneEnd);
  if (start === oneRest) return afterLetter(other, start) === otherRest && hasDeletions(other, otherEnd);
  const equal =
    equalBetween(one, afterLetter(one, start), oneRest, other, start, beforeLetter(other, otherRest)) ||
    equalBetween(other, afterLetter(other, start), otherRest, one, start, beforeLetter(one, oneRest));
  return equal && hasDeletions(one, oneEnd) && hasDeletions(other, otherEnd);
}

/**
 * The letters from which a word's keys are made, as a set of 32 bits into which letters fall by their code points.
 * See `mayShareKey`.
 */
export function letterSet(word: string): number {
  const end = keyedEnd(word);
  let letters = 0;
  for (let at = 0; at < end; at = afterLetter(word, at)) letters |= 1 << ((word.codePointAt(at) ?? 0) & 31);
  return letters;
}

/** False only of words that share no key: with one letter left out of each, the same letters are left of both. */
export function mayShareKey(oneLetters: number, otherLetters: number): boolean {
  const apart = oneLetters ^ otherLetters;
  const butOne = apart & (apart - 1);
  return (butOne & (butOne - 1)) === 0;
}

/** UTF-16 units of a letter. */
const LONGEST_LETTER = 2;

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;

const afterLetter = (word: string, at: number): number =>
  at + (isHighSurrogate(word.charCodeAt(at)) ? LONGEST_LETTER : 1);
const beforeLetter = (word: string, at: number): number =>
  at - (isLowSurrogate(word.charCodeAt(at - 1)) ? LONGEST_LETTER : 1);

/** Where the first LONGEST_KEYED letters of a word end. */
function keyedEnd(word: string): number {
  if (word.length <= LONGEST_KEYED) return word.length;
  let end = 0;
  for (let letters = 0; letters < LONGEST_KEYED && end < word.length; letters++) end = afterLetter(word, end);
  return end;
}

function hasDeletions(word: string, end: number): boolean {
  let at = 0;
  for (let letters = 0; letters < SHORTEST_WITH_DELETIONS; letters++) {
    if (at >= end) return false;
    at = afterLetter(word, at);
  }
  return true;
}

function equalBetween(
  one: string,
  oneStart: number,
  oneEnd: number,
  other: string,
  otherStart: number,
  otherEnd: number,
): boolean {
  const length = oneEnd - oneStart;
  if (length !== otherEnd - otherStart) return false;
  for (let i = 0; i < length; i++) {
    if (one.charCodeAt(oneStart + i) !== other.charCodeAt(otherStart + i)) return false;
  }
  return true;
}
