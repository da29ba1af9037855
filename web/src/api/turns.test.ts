/** Requests that are sent one after the other. */

import { expect, test } from "vitest";
import { Turns } from "./turns";

test("the second is sent once the first has been answered, be it by a refusal", async () => {
  const turns = new Turns();
  const sent: string[] = [];
  let refuse = (_: Error) => undefined as void;
  const first = turns.take(() => {
    sent.push("first");
    return new Promise((_, reject) => (refuse = reject));
  });
  const second = turns.take(() => Promise.resolve(sent.push("second")));
  expect(sent).toEqual(["first"]);
  await Promise.resolve();
  expect(sent).toEqual(["first"]);

  refuse(new Error("no"));

  await expect(first).rejects.toThrow("no");
  await second;
  expect(sent).toEqual(["first", "second"]);
});
