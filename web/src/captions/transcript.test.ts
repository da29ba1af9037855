/** The transcript as lines come, live and page by page. */

import { describe, expect, test } from "vitest";
import type { CaptionLine } from "../types";
import {
  fold,
  gap,
  type Happening,
  KEPT,
  NOTHING_SAID,
  shown,
  type Transcript,
  unseen,
} from "./transcript";

function line(seq: number, text = `line ${seq}`, change: Partial<CaptionLine> = {}): CaptionLine {
  return {
    line_id: `id${seq}`,
    seq,
    speaker: { account_id: "ada", handle: "ada" },
    text,
    final: true,
    starts_ms: seq * 1000,
    ends_ms: seq * 1000 + 900,
    revision: 10,
    corrected_by: null,
    ...change,
  };
}

/** The line `seq` will be, as it is shown before it is final. */
const partial = (seq: number, text: string, revision: number) =>
  line(seq, text, { seq: 0, final: false, revision });
const caption = (it: CaptionLine): Happening => ({ type: "caption", line: it });
const corrected = (it: CaptionLine): Happening => ({ type: "caption.corrected", line: it });
const page = (...seqs: number[]): Happening => ({
  type: "page",
  lines: seqs.map((seq) => line(seq)),
});
const after = (...happenings: Happening[]): Transcript => happenings.reduce(fold, NOTHING_SAID);
const texts = (transcript: Transcript) => shown(transcript).map((one) => one.text);

test("a line grows word by word in one place, and its final form stays there", () => {
  const transcript = after(
    caption(line(1)),
    caption(partial(2, "the tide", 1)),
    caption(partial(3, "and", 1)),
    caption(partial(2, "the tide turns", 2)),
    caption(line(2, "The tide turns.")),
  );

  expect(texts(transcript)).toEqual(["line 1", "The tide turns.", "and"]);
});

test.each([
  [
    "a partial after a later partial",
    caption(partial(1, "the", 1)),
    caption(partial(1, "the tide", 2)),
  ],
  ["a partial after the final line", caption(partial(1, "the", 1)), caption(line(1, "the tide"))],
  [
    "a final line after its correction",
    caption(line(1, "the tied")),
    caption(line(1, "the tide", { revision: 11 })),
  ],
])("old news changes nothing: %s", (_, older, newer) => {
  const transcript = after(newer);

  expect(fold(transcript, older)).toBe(transcript);
  expect(texts(after(older, newer))).toEqual(texts(transcript));
});

test("a line that is taken back is gone, and late words don't bring it back", () => {
  const transcript = after(
    caption(partial(1, "hm", 1)),
    caption(partial(1, "", 3)),
    caption(partial(1, "hmm", 2)),
  );

  expect(texts(transcript)).toEqual([]);
});

test("a captioner's line goes behind the lines before it and ahead of those still open", () => {
  const transcript = after(page(1, 2), caption(partial(9, "open", 1)), caption(line(3)));

  expect(texts(transcript)).toEqual(["line 1", "line 2", "line 3", "open"]);
});

test("pages and live lines come together in order, each once", () => {
  const transcript = after(caption(line(6)), page(4, 5, 6), caption(line(7)), {
    type: "page",
    lines: [line(1), line(2), line(3)],
    older: false,
  });

  expect(texts(transcript)).toEqual([1, 2, 3, 4, 5, 6, 7].map((seq) => `line ${seq}`));
  expect(transcript.older).toBe(false);
});

describe("paused", () => {
  const paused = after(page(1, 2), caption(partial(3, "half a", 1)), { type: "paused" });

  test("nothing moves, whatever is said", () => {
    const later = [caption(line(3, "half a line")), caption(line(4)), caption(line(5))];

    const transcript = later.reduce(fold, paused);

    expect(texts(transcript)).toEqual(["line 1", "line 2", "half a"]);
    expect(unseen(transcript)).toBe(2);
  });

  test("back to live, no line is missing", () => {
    const later = [
      caption(partial(4, "x", 1)),
      caption(line(3, "half a line")),
      caption(line(4)),
      page(5, 6),
    ];

    const transcript = fold(later.reduce(fold, paused), { type: "resumed" });

    expect(texts(transcript)).toEqual([
      "line 1",
      "line 2",
      "half a line",
      "line 4",
      "line 5",
      "line 6",
    ]);
    expect(unseen(transcript)).toBe(0);
    expect(transcript.mark).toBe("id3");
  });

  test("corrections and older pages are shown all the same", () => {
    const held = after(page(5, 6), { type: "paused" });

    const transcript = [
      caption(line(7)),
      corrected(line(6, "put right", { revision: 11 })),
      page(3, 4),
      page(8),
    ].reduce(fold, held);

    expect(texts(transcript)).toEqual(["line 3", "line 4", "line 5", "put right"]);
  });

  test("pausing twice holds what is there then", () => {
    const again = [{ type: "resumed" } as const, caption(line(3)), { type: "paused" } as const];

    expect(texts(again.reduce<Transcript>(fold, paused))).toEqual(["line 1", "line 2", "line 3"]);
  });
});

test("scrolled back, new lines are counted and stand below", () => {
  const transcript = after(page(1, 2), { type: "scrolled back" }, caption(line(3)));

  expect(unseen(transcript)).toBe(1);
  expect(texts(transcript)).toEqual(["line 1", "line 2", "line 3"]);
  expect(fold(transcript, { type: "resumed" })).toMatchObject({ pace: "live", mark: null });
});

test("scrolling while paused stays paused", () => {
  const transcript = after(page(1), { type: "paused" }, { type: "scrolled back" });

  expect(transcript.pace).toBe("paused");
});

test("a correction of a line that is not known waits for its page", () => {
  const transcript = after(page(8, 9), corrected(line(2, "put right", { revision: 11 })));

  expect(texts(transcript)).toEqual(["line 8", "line 9"]);
});

describe("a hole", () => {
  test("is found between lines that came", () => {
    expect(gap(after(page(4, 5), caption(line(8))))).toEqual({ after: 5, before: 8 });
  });

  test("is closed by the page that was missing", () => {
    expect(gap(after(page(4, 5), caption(line(8)), page(6, 7)))).toBeNull();
  });

  test("is none before the oldest line, as long as older ones were not read", () => {
    expect(gap(after(page(4, 5)))).toBeNull();
  });

  test("is one where the beginning is known", () => {
    const begun = after({ type: "page", lines: [], older: false });

    expect(gap(fold(begun, caption(line(3))))).toEqual({ after: 0, before: 3 });
  });

  test("that was asked for in vain does not hide the next", () => {
    const transcript = after(page(1), caption(line(4)), caption(line(7)));

    expect(gap(transcript, 4)).toEqual({ after: 4, before: 7 });
  });
});

test("whatever the order in which lines and their revisions come, the end is the same", () => {
  const news = [1, 2, 3, 4].flatMap((seq) => [
    caption(partial(seq, "wor", 1)),
    caption(partial(seq, "word", 2)),
    caption(line(seq)),
    caption(line(seq, `right ${seq}`, { revision: 11 })),
  ]);
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;

  for (let round = 0; round < 200; round += 1) {
    const shuffled = [...news].sort(() => random() - 0.5);
    const pauses = shuffled.flatMap((one): Happening[] =>
      random() < 0.2 ? [{ type: "paused" }, one, { type: "resumed" }] : [one],
    );

    const found = texts(after(...pauses)).toSorted();

    expect(found).toEqual(["right 1", "right 2", "right 3", "right 4"]);
  }
});

test("the oldest lines beyond the bound make way, and can be read again", () => {
  const seqs = Array.from({ length: KEPT }, (_, index) => index + 1);
  const full = { ...NOTHING_SAID, lines: seqs.map((seq) => line(seq)), older: false };

  const transcript = fold(full, caption(line(KEPT + 1)));

  expect(transcript.lines).toHaveLength(KEPT);
  expect(transcript.lines[0]?.seq).toBe(2);
  expect(transcript.older).toBe(true);
});
