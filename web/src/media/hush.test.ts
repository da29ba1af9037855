/** A second without a packet is telling; less is not. */

import { expect, test } from "vitest";
import { Hush } from "./hush";

test("a second without a packet means that the worker or the way to it is gone", () => {
  const hush = new Hush(7, 0);

  expect([250, 500, 750, 999].map((now) => hush.look(7, now))).not.toContain("gone");
  expect(hush.look(7, 1000)).toBe("gone");
});

test("the empty frames of a silence keep the connection", () => {
  const hush = new Hush(0, 0);

  const told = Array.from({ length: 240 }, (_, look) =>
    hush.look(Math.floor((look * 250) / 400), look * 250),
  );

  expect(told).not.toContain("gone");
});

test("a packet after a gap is heard", () => {
  const hush = new Hush(7, 0);
  hush.look(7, 2000);

  expect(hush.look(8, 2250)).toBe("heard");
  expect(hush.look(8, 3000)).toBe("waiting");
});
