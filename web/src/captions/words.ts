/** A room's vocabulary as it is typed: a word or phrase a line. Bounds are the API's. Pure. */

const MOST = 200;
const LONGEST = 40;
/** Unicode's Cc: a tab may come with what is pasted. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Each once, without what is blank. */
export function wordsIn(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return [...new Set(lines.filter(Boolean))];
}

/** What the API would refuse, in words; null if nothing. */
export function problem(words: readonly string[]): string | null {
  // As the API counts, by code points.
  const long = words.find((word) => [...word].length > LONGEST);
  if (long) return `At most ${LONGEST} letters a line; this has more: “${long}”`;
  const odd = words.find((word) => UNPRINTABLE.test(word));
  if (odd) return `There is something unprintable in “${odd}”`;
  if (words.length > MOST) return `At most ${MOST} lines, please; these are ${words.length}.`;
  return null;
}

/** What is wanted, with what corrections have taught the room since it was read as `before`. */
export function withLearned(
  wanted: readonly string[],
  before: readonly string[],
  now: readonly string[],
): string[] {
  const learned = now.filter((word) => !before.includes(word));
  return [...new Set([...wanted, ...learned])];
}
