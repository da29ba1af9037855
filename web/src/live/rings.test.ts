/** Rings, as readings and news come and go. */

import { expect, test } from "vitest";
import { arrive, over, report, type Ring, type Rings, sweep } from "./rings";

const NOW = 1_000_000;
const NOBODY: Rings = new Map();
const hosting = (room_id: string): Ring => ({ room_id, role: "host" });

test("a reading says who is live, and who is no more", () => {
  const before = report(NOBODY, "followed", [["ada", hosting("one")]], NOW);
  const after = report(before, "followed", [["bob", hosting("two")]], NOW);

  expect([...after.keys()]).toEqual(["bob"]);
});

test("a reading says nothing of those whom another has found", () => {
  const before = report(NOBODY, "rooms", [["ada", hosting("one")]], NOW);
  const after = report(before, "followed", [], NOW);

  expect(after.get("ada")?.room_id).toBe("one");
});

test("news counts before any reading has confirmed it", () => {
  const rings = arrive(NOBODY, "followed", "ada", hosting("one"), NOW);
  const confirmed = report(rings, "followed", [["ada", hosting("one")]], NOW + 1_000);
  const denied = report(rings, "followed", [], NOW + 1_000);

  expect(rings.get("ada")?.room_id).toBe("one");
  expect(confirmed.has("ada")).toBe(true);
  expect(denied.has("ada")).toBe(false);
});

test("an answer to a question that is older than the news does not undo it", () => {
  const rings = arrive(NOBODY, "followed", "ada", hosting("one"), NOW);

  expect(report(rings, "followed", [], NOW - 500).has("ada")).toBe(true);
});

test("when a room is over, nobody is live in it", () => {
  const both: [string, Ring][] = [
    ["ada", hosting("one")],
    ["bob", hosting("two")],
  ];
  const before = report(NOBODY, "rooms", both, NOW);

  expect([...over(before, "one").keys()]).toEqual(["bob"]);
});

test("what nothing has confirmed for three minutes counts no more", () => {
  const rings = report(NOBODY, "rooms", [["ada", hosting("one")]], NOW);

  expect(sweep(rings, NOW + 60_000)).toBe(rings);
  expect(sweep(rings, NOW + 180_000).size).toBe(0);
});
