/** Pages of what fits, out of pages of everything. */

import { expect, test } from "vitest";
import { gather } from "./whose";

/** 1,000 numbers, ten a page; the cursor is where a page begins. */
function pagesOf(reads: (string | null)[]) {
  return async (cursor: string | null) => {
    reads.push(cursor);
    const start = Number(cursor ?? 0);
    const items = Array.from({ length: 10 }, (_, n) => start + n);
    return { items, next: start < 990 ? String(start + 10) : null };
  };
}

test("it reads on until there is enough to show", async () => {
  const reads: (string | null)[] = [];

  const { items, next } = await gather(pagesOf(reads), (number) => number % 2 === 0, null);

  expect(items).toHaveLength(15);
  expect(next).toBe("30");
});

test("it does not read for ever, and says where it goes on", async () => {
  const reads: (string | null)[] = [];

  const { items, next } = await gather(pagesOf(reads), () => false, "100");

  expect(items).toEqual([]);
  expect(reads).toEqual(["100", "110", "120", "130", "140"]);
  expect(next).toBe("150");
});

test("it ends where the list ends", async () => {
  const { items, next } = await gather(pagesOf([]), (number) => number > 995, "980");

  expect(items).toEqual([996, 997, 998, 999]);
  expect(next).toBeNull();
});
