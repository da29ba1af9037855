/** Frames of the WebSocket as they are read. */

import { expect, test } from "vitest";
import { readMessage } from "./messages";

const NEWS = {
  type: "room.live",
  at: "2026-12-01T12:00:00Z",
  event_id: "01M8RQKQG00000000000000000",
  room: { room_id: "room_1" },
};
const frame = (content: unknown) => JSON.stringify(content);

test("news is a message, as are words about the connection", () => {
  expect(readMessage(frame(NEWS))).toEqual(NEWS);
  expect(readMessage(frame({ type: "pong", at: NEWS.at }))?.type).toBe("pong");
});

test("of what was missed, what this client does not know is skipped", () => {
  const message = readMessage(
    frame({
      type: "missed",
      at: NEWS.at,
      events: [NEWS, { ...NEWS, type: "room.exploded" }, null],
      last: true,
      complete: true,
    }),
  );

  expect(message).toMatchObject({ type: "missed", events: [NEWS], last: true });
});

test.each([
  ["no JSON", "{"],
  ["bytes", new ArrayBuffer(2)],
  ["no object", "null"],
  ["no type", frame({ at: NEWS.at })],
  ["a type of tomorrow", frame({ ...NEWS, type: "room.exploded" })],
  ["news without an id", frame({ ...NEWS, event_id: undefined })],
  ["news of no room", frame({ ...NEWS, room: null })],
])("%s is no message", (_, content) => {
  expect(readMessage(content)).toBeNull();
});
