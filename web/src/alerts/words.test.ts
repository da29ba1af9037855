/** Alerts in words. */

import { expect, test } from "vitest";
import type { Told } from "./queue";
import { words } from "./words";

const NOON = Date.parse("2026-12-01T12:00:00Z");
const MINUTE = 60_000;
const ADA = { account_id: "ada", handle: "ada", name: "Ada", avatar_url: null };
const BOB = { account_id: "bob", handle: "bob", name: "Bob", avatar_url: null };
const ABOUT = {
  event_id: "01A",
  at: "2026-12-01T12:00:00Z",
  room: {
    room_id: "room_1",
    title: "Night sky",
    state: "live" as const,
    access: "open" as const,
    host: ADA,
    starts_at: "2026-12-01T12:30:00Z",
  },
};
const due = (occasion: string): Told => ({ type: "reminder.due", occasion, ...ABOUT });
const said = (news: Told, now = NOON) => {
  const { what, more, leads } = words(news, now);
  return [what, more, leads];
};

test("who is live or on stage is named, and one tap leads in", () => {
  const live: Told = { type: "room.live", person: ADA, role: "host", ...ABOUT };
  const speaks: Told = { type: "room.speaking", person: BOB, role: "speaker", ...ABOUT };

  expect(said(live)).toEqual(["Ada is live", "Night sky", "in"]);
  expect(said(speaks)).toEqual(["Bob is on stage", "Night sky", "in"]);
  expect(words(speaks, NOON).face).toBe(BOB);
});

test("an invitation says by whom, if that is known", () => {
  const by = (person: typeof ADA | null): Told => ({
    type: "invited_up",
    by: person,
    role: "speaker",
    ...ABOUT,
  });

  expect(said(by(BOB))[0]).toBe("Bob invited you up");
  expect(said(by(null))[0]).toBe("You are on stage");
});

test("how long it takes until a room begins is told as it is now", () => {
  expect(said(due("lead-30"))).toEqual([
    "Night sky",
    "Begins in 30 minutes, with Ada",
    "to the door",
  ]);
  expect(said(due("lead-30"), NOON + 29 * MINUTE)[1]).toBe("Begins in a minute, with Ada");
  expect(said(due("lead-30"), NOON + 31 * MINUTE)[1]).toBe("Begins now, with Ada");
  expect(said(due("lead-1440"), NOON - 23.5 * 60 * MINUTE)[1]).toBe("Begins in a day, with Ada");
  expect(said(due("lead-120"), NOON - 90 * MINUTE)[1]).toBe("Begins in 2 hours, with Ada");
});

test("the start leads in, a late one to the door, and a host to their own room", () => {
  expect(said(due("start"))).toEqual(["Night sky", "Ada is live now", "in"]);
  expect(said(due("late"))[2]).toBe("to the door");
  expect(said(due("host-soon"))).toEqual([
    "Your room begins in 30 minutes",
    "Night sky",
    "to the door",
  ]);
  expect(said(due("host-start"))[0]).toBe("Your room begins now");
});

test("a room that has moved says to when, one that is cancelled that it is", () => {
  const moved: Told = { type: "room.rescheduled", occasion: "moved", ...ABOUT };
  const cancelled: Told = { type: "room.cancelled", occasion: "cancelled", ...ABOUT };

  expect(said(moved)[0]).toBe("Night sky has moved");
  expect(said(moved)[1]).toMatch(/^Now .*30/);
  expect(said(cancelled)[0]).toBe("Night sky is cancelled");
});

test("a host whose room was taken down reads by whom, and is led to it", () => {
  expect(said({ type: "room.taken_down", ...ABOUT })).toEqual([
    "Your room was taken down",
    "By a moderator: Night sky",
    "to the door",
  ]);
});

test("a host whose next room is not on sale reads why, and is led to where it is offered", () => {
  const unsold = (reason: string): Told => ({ type: "room.not_on_sale", reason, ...ABOUT });

  expect(said(unsold("payouts_not_ready"))).toEqual([
    "Next room isn't on sale",
    "Your payouts are not ready: Night sky",
    "to the door",
  ]);
  expect(said(unsold("not_in_rollout"))[1]).toBe("Selling isn't open to your account: Night sky");
  expect(said(unsold("of_tomorrow"))[1]).toBe("You have to offer it yourself: Night sky");
});

test("a ticket leads to itself", () => {
  const ticket: Told = { type: "ticket.issued", ticket_id: "ticket_1", ...ABOUT };

  expect(said(ticket)).toEqual(["You have a ticket", "Night sky", "to the ticket"]);
});
