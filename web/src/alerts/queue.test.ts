/** Alerts as news comes in. */

import { expect, test } from "vitest";
import type { News } from "../realtime/messages";
import { hear, isToldHere, prune, type Queue, without } from "./queue";

const NOON = Date.parse("2026-12-01T12:00:00Z");
const MINUTE = 60_000;
const ADA = { account_id: "ada", handle: "ada", name: "Ada", avatar_url: null };
const BOB = { account_id: "bob", handle: "bob", name: "Bob", avatar_url: null };

interface Told {
  room?: string;
  after?: number;
}

const about = ({ room = "one", after = 0 }: Told) => ({
  // A ULID begins with the time.
  event_id: `0000000${String(after).padStart(3, "0")}${room}`,
  at: new Date(NOON + after * MINUTE).toISOString(),
  room: {
    room_id: room,
    title: room,
    state: "live" as const,
    access: "open" as const,
    host: ADA,
    starts_at: new Date(NOON + 10 * MINUTE).toISOString(),
  },
});
const live = (told: Told = {}): News => ({
  type: "room.live",
  person: ADA,
  role: "host",
  ...about(told),
});
const speaks = (told: Told = {}): News => ({
  type: "room.speaking",
  person: BOB,
  role: "speaker",
  ...about(told),
});
const ended = (told: Told = {}): News => ({
  type: "room.ended",
  person: ADA,
  role: "host",
  ...about(told),
});
const invited = (told: Told = {}): News => ({
  type: "invited_up",
  by: ADA,
  role: "speaker",
  ...about(told),
});
const due = (occasion: string, told: Told = {}): News => ({
  type: "reminder.due",
  occasion,
  ...about(told),
});
const ticket = (ticket_id: string, told: Told = {}): News => ({
  type: "ticket.issued",
  ticket_id,
  ...about(told),
});

const down = (told: Told = {}): News => ({ type: "room.taken_down", ...about(told) });
const cancelled = (told: Told = {}): News => ({
  type: "room.cancelled",
  occasion: "cancelled",
  ...about(told),
});

const after = (...all: News[]) =>
  all.reduce<Queue>((queue, news) => hear(queue, news, Date.parse(news.at)), []);
const told = (queue: Queue) => queue.map(({ type, room }) => `${type} ${room.room_id}`);

test("an invitation to the stage comes first, then what is live, the newest before", () => {
  const queue = after(
    ticket("t", { room: "four" }),
    live({ room: "one" }),
    speaks({ room: "two", after: 1 }),
    invited({ room: "three" }),
  );

  expect(told(queue)).toEqual([
    "invited_up three",
    "room.speaking two",
    "room.live one",
    "ticket.issued four",
  ]);
});

test("of one room only the newest is told, in whichever order it comes", () => {
  const reminded = due("lead-10");
  const begun = live({ after: 10 });

  expect(told(after(reminded, begun))).toEqual(["room.live one"]);
  expect(told(after(begun, reminded))).toEqual(["room.live one"]);
});

test("a reminder of the start is told rather than that the host is live", () => {
  expect(told(after(live(), due("start")))).toEqual(["reminder.due one"]);
  expect(told(after(due("start"), live()))).toEqual(["reminder.due one"]);
  expect(told(after(due("start"), speaks({ after: 1 })))).toEqual(["room.speaking one"]);
});

test("who was asked up is not told instead that others are there", () => {
  expect(told(after(invited(), speaks({ after: 1 })))).toEqual(["invited_up one"]);
});

test("two tickets for a room are two alerts", () => {
  expect(after(ticket("a"), ticket("b", { after: 1 }))).toHaveLength(2);
});

test("when a room is over, nobody is called into it", () => {
  expect(after(live(), live({ room: "two" }), ended({ after: 5 }))).toHaveLength(1);
});

test("a host who waits for the room hears that it was taken down, in whichever order", () => {
  expect(told(after(cancelled(), down()))).toEqual(["room.taken_down one"]);
  expect(told(after(down(), cancelled()))).toEqual(["room.taken_down one"]);
});

test("that a room was taken down outlasts its end, and gives way to no news of others", () => {
  const rooms = ["a", "b", "c", "d", "e"].map((room) => live({ room, after: 1 }));

  expect(told(after(down(), ended({ after: 1 })))).toEqual(["room.taken_down one"]);
  expect(told(after(live(), ticket("t"), ended()))).toEqual(["ticket.issued one"]);
  expect(told(after(down(), ...rooms))[0]).toBe("room.taken_down one");
});

test("there are five at most, and the least urgent gives way", () => {
  const rooms = ["a", "b", "c", "d", "e"].map((room) => live({ room }));
  const queue = after(ticket("t", { room: "z" }), ...rooms, invited({ room: "f" }));

  expect(queue).toHaveLength(5);
  expect(told(queue)[0]).toBe("invited_up f");
  expect(told(queue)).not.toContain("ticket.issued z");
  expect(told(queue)).not.toContain("room.live a");
});

test("a dismissed alert is gone, and so is all about a room that one has entered", () => {
  const queue = after(live(), live({ room: "two" }));

  expect(without(queue, live().event_id)).toHaveLength(1);
  expect(told(without(queue, "two"))).toEqual(["room.live one"]);
});

test("the page one is on tells of its own room and tickets, so no alert does", () => {
  const [issued] = after(ticket("t"));
  const [begun] = after(live());
  if (!issued || !begun) throw new Error("nothing is told");
  const places = ["/", "/rooms/one", "/rooms/two", "/tickets", "/tickets/t"];
  const told = (news: Queue[number], inside: string | null = null, down: string | null = null) =>
    places.filter((path) => isToldHere(news, { path, inside, down }));

  expect(told(issued)).toEqual(["/rooms/one", "/tickets", "/tickets/t"]);
  expect(told(begun)).toEqual([]);
  expect(told(begun, "one")).toEqual(places);
  expect(told(begun, "two")).toEqual([]);
});

test("that a room was taken down is told wherever its own page does not say so", () => {
  const [taken] = after(down());
  if (!taken) throw new Error("nothing is told");
  const told = (inside: string | null, down: string | null) =>
    ["/", "/rooms/one"].filter((path) => isToldHere(taken, { path, inside, down }));

  expect(told(null, null)).toEqual([]);
  expect(told("one", null)).toEqual([]);
  expect(told(null, "two")).toEqual([]);
  expect(told(null, "one")).toEqual(["/rooms/one"]);
});

test("what is of no use any more is not told, or no longer", () => {
  const late = hear([], due("lead-10"), NOON + 16 * MINUTE);
  const queue = after(due("lead-10"), invited({ room: "two" }));

  expect(late).toEqual([]);
  expect(told(prune(queue, NOON + 9 * MINUTE))).toHaveLength(2);
  expect(told(prune(queue, NOON + 11 * MINUTE))).toEqual(["reminder.due one"]);
  expect(prune(queue, NOON + 16 * MINUTE)).toEqual([]);
});
