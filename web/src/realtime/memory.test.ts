/** What a tab remembers of the news it has heard. */

import { expect, test } from "vitest";
import { blank, readMemory, resumePoint, take } from "./memory";
import type { News } from "./messages";

const NOON = "2026-12-01T12:00:00Z";
const LATER = "2026-12-01T12:10:00Z";
/** As python-ulid writes the time of NOON. */
const ULID_OF_NOON = "01M8RQKQG0";

const news = (event_id: string, at = LATER): News => ({
  type: "room.cancelled",
  event_id,
  at,
  occasion: "cancelled",
  room: {
    room_id: "room_1",
    title: "A room",
    state: "cancelled",
    access: "open",
    host: { account_id: "ada", handle: "ada", name: "Ada", avatar_url: null },
    starts_at: LATER,
  },
});
const ids = (events: News[]) => events.map((event) => event.event_id);

test("what comes twice is told once, whichever way it comes", () => {
  const first = take(blank(NOON), [news("01B")], false);
  const second = take(first.memory, [news("01B"), news("01C"), news("01C")], true);

  expect(ids(first.fresh)).toEqual(["01B"]);
  expect(ids(second.fresh)).toEqual(["01C"]);
});

test("what was missed of a room that is over is told no more, its end is", () => {
  const { room, at } = news("01B");
  const host = { at, room, person: room.host, role: "host" as const };
  const live: News = { ...host, event_id: "01B", type: "room.live" };
  const end: News = { ...host, event_id: "01C", type: "room.ended" };

  const heard = take(blank(NOON), [end], false);
  const missed = take(heard.memory, [live, end], true);

  expect(ids(heard.fresh)).toEqual(["01C"]);
  expect(missed.fresh).toEqual([]);
});

test("that a moderator took a room down is told though it is over", () => {
  const { room, at } = news("01B");
  const host = { at, room, person: room.host, role: "host" as const };
  const down: News = { type: "room.taken_down", event_id: "01B", at, room };
  const end: News = { ...host, event_id: "01C", type: "room.ended" };

  expect(ids(take(blank(NOON), [down, end], true).fresh)).toEqual(["01B", "01C"]);
});

test("the resume goes on after the newest event, though an older one came last", () => {
  const { memory } = take(blank(NOON), [news("01Z"), news("01Y")], false);

  expect(resumePoint(memory)).toBe("01Z");
});

test("a tab that has heard of nothing since it was opened resumes at that time", () => {
  const { memory } = take(blank(NOON), [news("01A")], true);

  expect(resumePoint(blank(NOON))).toBe(`${ULID_OF_NOON}0000000000000000`);
  expect(resumePoint(memory)).toBe(`${ULID_OF_NOON}0000000000000000`);
});

test("what was before this tab was opened is not told, if we only asked for it", () => {
  const memory = blank(LATER);

  expect(take(memory, [news("01A", NOON)], true).fresh).toEqual([]);
  expect(ids(take(memory, [news("01A", NOON)], false).fresh)).toEqual(["01A"]);
});

test("it keeps no more than the last 300 events", () => {
  const many = Array.from({ length: 400 }, (_, n) => news(`01${String(n).padStart(4, "0")}`));

  const { memory } = take(blank(NOON), many, false);

  expect(memory.heard).toHaveLength(300);
  expect(memory.heard.at(-1)).toBe("010399");
});

test("a memory survives a reload, and nonsense is none", () => {
  const { memory } = take(blank(NOON), [news("01A")], false);

  expect(readMemory(JSON.stringify(memory))).toEqual(memory);
  for (const text of [null, "{", "{}", "[]", '{"since":"soon","heard":[]}']) {
    expect(readMemory(text)).toBeNull();
  }
});
