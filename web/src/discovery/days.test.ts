/** Rooms to come, by days of the device's own calendar. */

import { expect, test } from "vitest";
import type { Room } from "../types";
import { byDay } from "./days";

const NOW = new Date(2026, 11, 1, 23, 30);
const at = (...time: [number, number, number, number]): Room =>
  ({ starts_at: new Date(...time).toISOString() }) as Room;

test("midnight ends a day, however soon it is", () => {
  const rooms = [at(2026, 11, 1, 23), at(2026, 11, 2, 0), at(2026, 11, 2, 22), at(2026, 11, 5, 9)];

  const days = byDay(rooms, NOW);

  expect(days.map(({ name, rooms: { length } }) => [name, length])).toEqual([
    ["Today", 1],
    ["Tomorrow", 2],
    [expect.stringContaining("5"), 1],
  ]);
});

test("a list that is in another order keeps it", () => {
  const days = byDay([at(2026, 11, 2, 9), at(2026, 11, 1, 23), at(2026, 11, 2, 10)], NOW);

  expect(days.map(({ name }) => name)).toEqual(["Tomorrow", "Today", "Tomorrow"]);
});

test("a room of which nobody knows when it begins comes some day", () => {
  expect(byDay([{ starts_at: null } as Room], NOW)[0]?.name).toBe("Some day");
});
