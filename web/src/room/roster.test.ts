/** The roster as the events of a room build it. */

import { expect, test } from "vitest";
import type { RoomEvent } from "../events";
import type { Hand, Member, Role, RoomFacts } from "../types";
import { news } from "./news";
import { fold, isBroughtUp, roleAfter, type Roster, withAudience } from "./roster";

const person = (id: string) => ({ account_id: id, handle: id, name: id, avatar_url: null });
const member = (id: string, role: Role): Member => ({
  ...person(id),
  role,
  muted: false,
  hand: false,
});
const hand = (id: string, place: number): Hand => ({ ...person(id), place });

const ROOM: RoomFacts = {
  room_id: "room_1",
  title: "A room",
  description: "",
  topics: [],
  state: "live",
  access: "open",
  who_may_speak: "everyone",
  profile: "voice",
  host: person("host"),
  cohosts: [],
  captions: { language: "en-US", enabled: true },
  starts_at: null,
  started_at: "2026-01-01T00:00:00Z",
  ended_at: null,
  taken_down: false,
};

const STATE: RoomEvent = {
  type: "room.state",
  room: ROOM,
  you: member("me", "listener"),
  stage: [member("speaker", "speaker"), member("host", "host")],
  hands: [hand("a", 1), hand("b", 2)],
  counts: { listeners: 1, speakers: 2 },
};

function after(...events: RoomEvent[]): Roster {
  const roster = [STATE, ...events].reduce<Roster | null>(fold, null);
  if (!roster) throw new Error("no roster");
  return roster;
}

const ids = (people: { account_id: string }[]) => people.map((one) => one.account_id);

test("events before the room's state change nothing", () => {
  expect(fold(null, { type: "speaking", account_ids: ["host"] })).toBeNull();
});

test("who is brought up without a raised hand has not asked for it", () => {
  const up = (id: string): RoomEvent => ({
    type: "role.changed",
    account_id: id,
    role: "speaker",
    member: member(id, "speaker"),
  });
  const raised: RoomEvent = { type: "hand.raised", ...hand("me", 3) };

  const missed = { ...STATE, you: member("me", "speaker") };
  const unasked = (roster: Roster, event: RoomEvent) =>
    isBroughtUp(roster, roleAfter(roster, event));

  expect(unasked(after(), up("me"))).toBe(true);
  expect(unasked(after(), missed)).toBe(true);
  expect(unasked(after(), up("a"))).toBe(false);
  expect(unasked(after(raised), up("me"))).toBe(false);
  expect(unasked(after(raised, up("me")), up("me"))).toBe(false);
});

test("the stage stands in order: host, co-hosts, speakers", () => {
  const roster = after({ type: "member.joined", member: member("second", "cohost") });

  expect(ids(roster.stage)).toEqual(["host", "second", "speaker"]);
});

test("whoever goes on stage leaves the audience and the queue, and the others move up", () => {
  const roster = after(
    { type: "member.joined", member: member("a", "listener") },
    { type: "role.changed", account_id: "a", role: "speaker", member: member("a", "speaker") },
  );

  expect(ids(roster.stage)).toContain("a");
  expect(ids(roster.audience)).not.toContain("a");
  expect(roster.hands).toEqual([hand("b", 1)]);
});

test("my own change of role is mine too", () => {
  const roster = after({
    type: "role.changed",
    account_id: "me",
    role: "speaker",
    member: member("me", "speaker"),
  });

  expect(roster.you.role).toBe("speaker");
});

test("a hand raised twice stands once in the queue", () => {
  const roster = after(
    { type: "hand.raised", ...hand("me", 3) },
    { type: "hand.raised", ...hand("me", 3) },
  );

  expect(ids(roster.hands)).toEqual(["a", "b", "me"]);
  expect(roster.you.hand).toBe(true);
});

test("whoever leaves is gone from stage, audience, queue and speaking", () => {
  const roster = after(
    { type: "speaking", account_ids: ["speaker", "host"] },
    { type: "member.left", account_id: "speaker", reason: "lost" },
    { type: "member.left", account_id: "a", reason: "left" },
  );

  expect(ids(roster.stage)).toEqual(["host"]);
  expect(ids(roster.hands)).toEqual(["b"]);
  expect([...roster.speaking]).toEqual(["host"]);
});

test("a page of listeners adds those who are not known yet", () => {
  const roster = withAudience(after({ type: "member.joined", member: member("a", "listener") }), [
    member("a", "listener"),
    member("host", "listener"),
    member("c", "listener"),
  ]);

  expect(ids(roster.audience)).toEqual(["c", "a"]);
});

test("being muted by a host is told with the host's name, muting oneself is not", () => {
  const roster = after();

  expect(news(roster, { type: "muted", account_id: "me", muted: true, by: "host" })).toBe(
    "host muted you.",
  );
  expect(news(roster, { type: "muted", account_id: "me", muted: true, by: "me" })).toBeNull();
});

test("going on stage is told once, though the event comes twice", () => {
  const event: RoomEvent = {
    type: "role.changed",
    account_id: "me",
    role: "speaker",
    member: member("me", "speaker"),
  };

  expect(news(after(), event)).toBe("You are on stage.");
  expect(news(after(event), event)).toBeNull();
});

test("what was missed while the connection was away is told by the room's state", () => {
  const brought = { ...STATE, you: member("me", "speaker") };

  expect(news(after(), brought)).toBe("You are on stage.");
  expect(news(after(brought), STATE)).toBe("You are in the audience now.");
  expect(news(after(), STATE)).toBeNull();
});
