/** The life of the connection for news, on a clock of numbers. */

import { expect, test } from "vitest";
import { type Deed, due, type Happening, type Link, OFF, step } from "./link";
import type { Message } from "./messages";

const AT = "2026-12-01T12:00:00Z";
const MINUTE = 60_000;
const PONG: Message = { type: "pong", at: AT };
const RECONNECT: Message = { type: "reconnect", at: AT };
const CLOSING: Message = { type: "closing", at: AT, reason: "replaced" };

const opened = (socket: number): Happening => ({ type: "opened", socket });
const closed = (socket: number): Happening => ({ type: "closed", socket });
const heard = (socket: number, message: Message | null): Happening => ({
  type: "heard",
  socket,
  message,
});

/** The link after these happenings, a moment apart or at the time given; and what was done. */
function live(...happenings: (Happening | number)[]): { link: Link; deeds: Deed[]; now: number } {
  let link = OFF;
  let deeds: Deed[] = [];
  let now = 0;
  for (const happening of happenings) {
    if (typeof happening === "number") now = happening;
    else ({ link, deeds } = step(link, happening, now, 0));
  }
  return { link, deeds, now };
}

const WANTED: Happening = { type: "wanted" };
const DUE: Happening = { type: "due" };
const WOKEN: Happening = { type: "woken" };

test("whoever signs in is connected, and asks for what was missed", () => {
  expect(live(WANTED).deeds).toEqual([{ do: "connect", socket: 1, wary: false }]);
  expect(live(WANTED, opened(1)).deeds).toEqual([{ do: "say", socket: 1, said: "resume" }]);
});

test("nobody signed in, nothing happens", () => {
  const { link, deeds } = live(WANTED, opened(1), { type: "unwanted" });

  expect(deeds).toEqual([{ do: "close", socket: 1 }]);
  expect(due(link)).toBeNull();
  expect(step(link, WOKEN, 1, 0).deeds).toEqual([]);
});

test("a lost connection is made anew, first making sure of the token", () => {
  const { link } = live(WANTED, opened(1), heard(1, PONG), 1_000, closed(1));
  const time = due(link) ?? 0;

  expect(time).toBeGreaterThan(1_000);
  expect(step(link, DUE, time, 0).deeds).toEqual([{ do: "connect", socket: 2, wary: true }]);
});

test("tries that come to nothing come further and further apart, within a bound", () => {
  let { link } = live(WANTED);
  const delays: number[] = [];
  for (let socket = 1; socket < 12; socket += 1) {
    ({ link } = step(link, closed(socket), 0, 0.99));
    const time = due(link) ?? 0;
    delays.push(time);
    ({ link } = step(link, DUE, time, 0));
    expect(link.sockets).toBe(socket + 1);
  }

  expect(delays[0]).toBeLessThanOrEqual(500);
  expect(delays[3]).toBeGreaterThan(delays[1] ?? 0);
  expect(Math.max(...delays)).toBeLessThanOrEqual(15_000);
});

test("a server that answers is forgiven all failures before", () => {
  const { link } = live(WANTED, closed(1), 500, DUE, opened(2), heard(2, PONG));

  expect(link.tries).toBe(0);
});

test("a timer that comes too soon does nothing", () => {
  const { link } = live(WANTED, closed(1));

  expect(step(link, DUE, 1, 0)).toEqual({ link, deeds: [] });
});

test("a connection that does not open in time is given up", () => {
  expect(live(WANTED, 15_000, DUE).deeds).toEqual([{ do: "close", socket: 1 }]);
});

test("a silent connection is asked whether it lives, and given up if it does not", () => {
  const asked = live(WANTED, opened(1), 4 * MINUTE, DUE);
  const dead = step(asked.link, DUE, asked.now + 10_000, 0);

  expect(asked.deeds).toEqual([{ do: "say", socket: 1, said: "ping" }]);
  expect(step(asked.link, heard(1, PONG), asked.now, 0).link.phase).toMatchObject({ pongBy: null });
  expect(dead.deeds).toEqual([{ do: "close", socket: 1 }]);
  expect(dead.link.phase.is).toBe("waiting");
});

test("back from sleep it asks at once, and goes on at once if it was waiting", () => {
  expect(live(WANTED, opened(1), WOKEN).deeds).toEqual([{ do: "say", socket: 1, said: "ping" }]);
  expect(live(WANTED, closed(1), WOKEN).deeds).toEqual([{ do: "connect", socket: 2, wary: true }]);
});

test("a connection that must end has an heir before it goes", () => {
  const moving = live(WANTED, opened(1), heard(1, RECONNECT));
  const moved = step(moving.link, opened(2), 0, 0);

  expect(moving.deeds).toEqual([{ do: "connect", socket: 2, wary: false }]);
  expect(moved.deeds).toEqual([
    { do: "say", socket: 2, said: "resume" },
    { do: "close", socket: 1 },
  ]);
  expect(moved.link.phase).toMatchObject({ is: "open", socket: 2, heir: null });
});

test("asked twice, it makes one heir; if that fails, another the next time", () => {
  const twice = live(WANTED, opened(1), heard(1, RECONNECT), heard(1, RECONNECT));
  const failed = step(twice.link, closed(2), 0, 0);

  expect(twice.deeds).toEqual([]);
  expect(failed.link.phase).toMatchObject({ is: "open", socket: 1 });
  expect(step(failed.link, heard(1, RECONNECT), 0, 0).deeds).toEqual([
    { do: "connect", socket: 3, wary: false },
  ]);
});

test("a connection that ends before its heir is there leaves all hope to it", () => {
  const { link } = live(WANTED, opened(1), heard(1, RECONNECT), closed(1));

  expect(link.phase).toMatchObject({ is: "opening", socket: 2 });
  expect(step(link, opened(2), 0, 0).link.phase.is).toBe("open");
});

test("whoever is sent away stays away until somebody looks, a minute later at the soonest", () => {
  const sent = live(WANTED, opened(1), heard(1, CLOSING));

  expect(sent.deeds).toEqual([{ do: "close", socket: 1 }]);
  expect(due(sent.link)).toBeNull();
  expect(step(sent.link, closed(1), 0, 0).link).toEqual(sent.link);
  expect(step(sent.link, WOKEN, MINUTE - 1, 0).deeds).toEqual([]);
  expect(step(sent.link, WOKEN, MINUTE, 0).deeds).toEqual([
    { do: "connect", socket: 2, wary: false },
  ]);
});

test("a connection that opens after it was given up is closed", () => {
  const { link } = live(WANTED, 15_000, DUE);

  expect(step(link, opened(1), 15_001, 0).deeds).toEqual([{ do: "close", socket: 1 }]);
});
