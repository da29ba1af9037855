/** What somebody reads on their ticket. */

import { expect, test } from "vitest";
import type { Room, RoomState } from "../types";
import { current, outlook, spoiled } from "./standing";
import type { Ticket, TicketState } from "./types";

const ticket = (state: TicketState, room: RoomState, change: Partial<Ticket> = {}) =>
  ({
    state,
    room: { state: room } as Room,
    attended_minutes: 0,
    ...change,
  }) as Ticket;

test.each([
  ["valid", "scheduled", true, null],
  ["valid", "live", true, null],
  ["valid", "ended", false, "Over"],
  ["valid", "cancelled", false, "Cancelled"],
  ["refunded", "live", false, "Refunded"],
  ["disputed", "scheduled", false, "Disputed"],
] as const)("a %s ticket of a room that is %s", (state, room, open, stamp) => {
  expect(current(ticket(state, room))).toBe(open);
  expect(spoiled(ticket(state, room))).toBe(stamp);
});

test("after the end it says how long one was there", () => {
  expect(outlook(ticket("valid", "ended", { attended_minutes: 42 }))).toContain("42 minutes");
  expect(outlook(ticket("valid", "ended", { attended_minutes: 1 }))).toContain("a minute");
  expect(outlook(ticket("valid", "ended"))).toBe("The room is over.");
});
