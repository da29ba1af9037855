/** The languages of rooms: those that can be captioned, by the names people know. Pure. */

/** As Amazon Transcribe has them for live speech, BCP 47. */
export const SPOKEN: readonly string[] = [
  "en-US",
  "en-GB",
  "en-AU",
  "de-DE",
  "es-US",
  "fr-FR",
  "fr-CA",
  "hi-IN",
  "it-IT",
  "ja-JP",
  "ko-KR",
  "pt-BR",
  "th-TH",
  "zh-CN",
];

/** The one that fits best to what the device's person reads, the first of all by default. */
export function likely(preferred: readonly string[]): string {
  const first = SPOKEN[0] ?? "en-US";
  for (const tag of preferred) {
    const found =
      SPOKEN.find((one) => one === tag) ?? SPOKEN.find((one) => kind(one) === kind(tag));
    if (found) return found;
  }
  return first;
}

/** The language of which a tag is a kind: "en" of "en-GB". */
export function kind(tag: string): string {
  return tag.split("-", 1)[0] ?? tag;
}

/** Each language once, by its name, and those that are `used` besides. */
export function kinds(used: Iterable<string>): (readonly [tag: string, name: string])[] {
  const tags = new Set([...SPOKEN, ...used].map(kind));
  return [...tags]
    .map((tag) => [tag, nameOf(tag)] as const)
    .sort(([, one], [, other]) => one.localeCompare(other));
}

/** "British English", "German". */
export function nameOf(tag: string): string {
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
