/** One key for each try, however often and from wherever it is sent. */

import { beforeEach, expect, test } from "vitest";
import { Attempts } from "./attempt";
import { Shelf } from "./till.fixture";

let shelf: Shelf;

beforeEach(() => {
  shelf = new Shelf();
});
const tab = (account = "acc_1", room = "room_1") => new Attempts(shelf, account, room);

test("a repeated try has the same key, in every tab", () => {
  const { key } = tab().begin({ quantity: 2 });

  expect(tab().begin({ quantity: 2 }).key).toBe(key);
});

test("whoever wants something else tries something else", () => {
  const { key } = tab().begin({ quantity: 2 });

  expect(tab().begin({ quantity: 3 }).key).not.toBe(key);
  expect(tab().begin({ quantity: 3, promo_code: "HALF" }).key).not.toBe(key);
});

test("a settled try is not tried again", () => {
  const { key } = tab().begin({ quantity: 1 });
  tab().settle();

  expect(tab().open()).toBeNull();
  expect(tab().begin({ quantity: 1 }).key).not.toBe(key);
});

test("what the API holds is found again after a reload", () => {
  const { key } = tab().begin({ quantity: 1 });
  tab().holds("hold_1");

  expect(tab().open()).toEqual({ key, wanted: { quantity: 1 }, hold_id: "hold_1" });
});

test("two accounts at one browser, and two rooms, have nothing to do with each other", () => {
  tab().begin({ quantity: 1 });

  expect(tab("acc_2").open()).toBeNull();
  expect(tab("acc_1", "room_2").open()).toBeNull();
});

test("what somebody else left on the shelf is no try", () => {
  shelf.setItem("stoa.attempt acc_1 room_1", "{not json");
  expect(tab().open()).toBeNull();

  shelf.setItem("stoa.attempt acc_1 room_1", '"text"');
  expect(tab().open()).toBeNull();
});
