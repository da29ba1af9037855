/** A room's caption lines as they come, live and page by page: a pure fold that loses none. */

import type { CaptionLine } from "../types";

/** Lines that are kept; the oldest beyond that are read anew when someone scrolls back to them. */
export const KEPT = 10_000;

/** How the page stands to what is being said: along with it, scrolled back, or held still. */
export type Pace = "live" | "behind" | "paused";

export interface Transcript {
  /** All that is known, in the order of appearance: a line stays where it first stood. */
  lines: readonly CaptionLine[];
  /** What the page shows while it is paused; null otherwise. */
  held: readonly CaptionLine[] | null;
  pace: Pace;
  /** The last line that was shown when the page last stopped going along. */
  mark: string | null;
  /** Whether there are older lines than the oldest known; null until asked. */
  older: boolean | null;
}

export type Happening =
  /** A line as it is now, final or not. Without text and not final, it is taken back. */
  | { type: "caption"; line: CaptionLine }
  | { type: "caption.corrected"; line: CaptionLine }
  /** A page was read; `older` says whether there is more before it, if that was its end. */
  | { type: "page"; lines: CaptionLine[]; older?: boolean }
  | { type: "paused" }
  | { type: "scrolled back" }
  | { type: "resumed" };

export const NOTHING_SAID: Transcript = {
  lines: [],
  held: null,
  pace: "live",
  mark: null,
  older: null,
};

/** The transcript after it; the same object if nothing changed. */
export function fold(transcript: Transcript, happening: Happening): Transcript {
  const { lines, held } = transcript;
  switch (happening.type) {
    case "caption":
      return changed(transcript, { lines: put(lines, happening.line) });
    case "caption.corrected":
      return changed(transcript, {
        lines: amend(lines, happening.line),
        held: held && amend(held, happening.line),
      });
    case "page": {
      const older = happening.older ?? transcript.older;
      const last = held ? lastSeq(held) : 0;
      const past = happening.lines.filter((line) => line.seq <= last);
      return changed(transcript, {
        lines: happening.lines.reduce(put, lines),
        held: held && past.reduce(put, held),
        older,
      });
    }
    case "paused":
      return { ...transcript, pace: "paused", held: lines, mark: lastShown(lines) };
    case "scrolled back":
      if (transcript.pace !== "live") return transcript;
      return { ...transcript, pace: "behind", mark: lastShown(lines) };
    case "resumed":
      // The mark of a pause stays, so that one finds the place again.
      return { ...transcript, pace: "live", held: null, mark: held && transcript.mark };
  }
}

/** What the page shows. */
export function shown({ lines, held }: Transcript): readonly CaptionLine[] {
  return (held ?? lines).filter(hasText);
}

/** How many lines have come since the page stopped going along. */
export function unseen({ lines, mark, pace }: Transcript): number {
  if (pace === "live") return 0;
  const at = lines.findLastIndex((line) => line.line_id === mark);
  return lines.slice(at + 1).filter(hasText).length;
}

/** The first hole in the known lines after `since`: what is missing stands between the two. */
export function gap(
  { lines, older }: Transcript,
  since = 0,
): { after: number; before: number } | null {
  const seqs = lines.map((line) => line.seq).filter((seq) => seq > since);
  // Where the beginning is known, so is what has to follow it.
  if (older === false || since > 0) seqs.push(since);
  seqs.sort((a, b) => a - b);
  for (let index = 1; index < seqs.length; index += 1) {
    const [after, before] = [seqs[index - 1] ?? 0, seqs[index] ?? 0];
    if (before > after + 1) return { after, before };
  }
  return null;
}

/** The seq of the newest final line, 0 if there is none. */
export function lastSeq(lines: readonly CaptionLine[]): number {
  return lines.reduce((last, line) => Math.max(last, line.seq), 0);
}

/** The seq of the oldest final line, null if there is none. */
export function firstSeq(lines: readonly CaptionLine[]): number | null {
  const finals = lines.filter((line) => line.seq > 0);
  return finals.length ? finals.reduce((first, { seq }) => Math.min(first, seq), Infinity) : null;
}

/** The line is taken in: where it stood, or, if it is new, behind those that were final before. */
function put(lines: readonly CaptionLine[], line: CaptionLine): readonly CaptionLine[] {
  const at = lines.findLastIndex((one) => one.line_id === line.line_id);
  if (at >= 0) return amend(lines, line);
  if (!line.final) return hasText(line) ? [...lines, line] : lines;
  const before = lines.findLastIndex((one) => one.seq > 0 && one.seq < line.seq);
  return lines.toSpliced(before + 1, 0, line);
}

/** A line that is known reads otherwise; what is older news, or about no known line, changes nothing. */
function amend(lines: readonly CaptionLine[], line: CaptionLine): readonly CaptionLine[] {
  const at = lines.findLastIndex((one) => one.line_id === line.line_id);
  const known = lines[at];
  return !known || line.revision <= known.revision ? lines : lines.with(at, line);
}

function changed(before: Transcript, change: Partial<Transcript>): Transcript {
  const after = { ...before, ...change };
  if (after.lines === before.lines && after.held === before.held && after.older === before.older) {
    return before;
  }
  // To someone who scrolls back the oldest are what they came for.
  if (after.lines.length <= (after.pace === "behind" ? 2 * KEPT : KEPT)) return after;
  return { ...after, lines: after.lines.slice(-KEPT), older: true };
}

function lastShown(lines: readonly CaptionLine[]): string | null {
  return lines.findLast(hasText)?.line_id ?? null;
}

function hasText(line: CaptionLine): boolean {
  return line.text !== "";
}
