/** Whose connection it is, by figures of mine and of the room. */

import { expect, test } from "vitest";
import type { RoomQuality } from "../types";
import type { Figures } from "./figures";
import { judge, LIMITS } from "./verdict";

const MINE: Figures = { roundTrip: 40, loss: 0, concealed: 0.002, jitter: 3, buffered: 60 };

const ROOM: RoomQuality = {
  hearers: 10,
  loss: { median: 0, p90: 0.01 },
  jitter_ms: { median: 2, p90: 5 },
  round_trip_ms: { median: 40, p90: 80 },
  longest_gap_ms: 21,
  speakers: [
    { account_id: "ada", loss: 0, concealed: 0, delay_ms: 40 },
    { account_id: "eve", loss: 0.01, concealed: 0.001, delay_ms: 50 },
  ],
};

const speaker = (account_id: string, concealed: number) => ({
  account_id,
  loss: 2 * concealed,
  concealed,
  delay_ms: 60,
});

test("nothing to hear of: all is well", () => {
  expect(judge(MINE, ROOM, "bob")).toEqual({ who: "well" });
});

test("before anything was measured nothing is claimed", () => {
  expect(judge(null, null, "bob")).toEqual({ who: "unknown" });
  expect(judge(null, ROOM, "bob")).toEqual({ who: "unknown" });
});

test.each([
  ["loss", LIMITS.loss],
  ["concealed", LIMITS.concealed],
  ["roundTrip", LIMITS.roundTrip],
  ["jitter", LIMITS.jitter],
] as const)("%s of mine alone is my connection", (name, limit) => {
  expect(judge({ ...MINE, [name]: limit }, ROOM, "bob")).toEqual({ who: "you", way: "in" });
  expect(judge({ ...MINE, [name]: limit * 0.99 }, ROOM, "bob")).toEqual({ who: "well" });
});

test("mine is judged without the room, too", () => {
  expect(judge({ ...MINE, loss: 0.2 }, null, "bob")).toEqual({ who: "you", way: "in" });
  expect(judge(MINE, null, "bob")).toEqual({ who: "well" });
});

test("when half of the room loses packets as I do, it is the server", () => {
  const room = { ...ROOM, loss: { median: 0.1, p90: 0.2 } };

  expect(judge({ ...MINE, loss: 0.1 }, room, "bob")).toEqual({ who: "server" });
});

test("two hearers are no room: their loss says nothing about the server", () => {
  const room = { ...ROOM, hearers: 2, loss: { median: 0.1, p90: 0.1 } };

  expect(judge({ ...MINE, loss: 0.1 }, room, "bob")).toEqual({ who: "you", way: "in" });
});

test("a server that stalls is to blame, whatever becomes of it at my end", () => {
  const room = { ...ROOM, longest_gap_ms: LIMITS.gap };

  expect(judge({ ...MINE, concealed: 0.3 }, room, "bob")).toEqual({ who: "server" });
});

test("a speaker who comes in pieces is named, the worst of them", () => {
  const room = { ...ROOM, speakers: [speaker("ada", 0.06), speaker("eve", 0.2)] };

  expect(judge(MINE, room, "bob")).toEqual({ who: "speaker", account_id: "eve" });
});

test("a speaker's loss that was repaired is nobody's trouble", () => {
  const room = { ...ROOM, speakers: [{ ...speaker("ada", 0.01), loss: 0.3 }] };

  expect(judge(MINE, room, "bob")).toEqual({ who: "well" });
});

test("my own voice in pieces comes first: that I can mend", () => {
  const room = { ...ROOM, speakers: [speaker("ada", 0.2), speaker("eve", 0.1)] };

  expect(judge(MINE, room, "eve")).toEqual({ who: "you", way: "out" });
});
