/** Choices of what one is told. */

import { expect, test } from "vitest";
import {
  type Notifications,
  quietProblem,
  usualQuiet,
  withChannel,
  withMuted,
} from "./notifications";

const TOLD: Notifications = {
  room_live: ["push", "in_app"],
  room_speaking: ["in_app"],
  room_changed: ["push", "email", "in_app"],
  reminders: ["push", "in_app"],
  tickets: ["push", "email", "in_app"],
  invitations: ["push", "in_app"],
  quiet: null,
  muted_hosts: ["ada"],
};

test("one channel of one occasion is chosen or not, and all else stays", () => {
  expect(withChannel(TOLD, "room_live", "in_app", false)).toEqual({ ...TOLD, room_live: ["push"] });
  expect(withChannel(TOLD, "room_speaking", "in_app", true)).toEqual(TOLD);
  expect(withChannel(TOLD, "reminders", "email", true).reminders).toEqual([
    "push",
    "in_app",
    "email",
  ]);
});

test("a host is muted once, and unmuted", () => {
  expect(withMuted(TOLD, "ada", true).muted_hosts).toEqual(["ada"]);
  expect(withMuted(TOLD, "bob", true).muted_hosts).toEqual(["ada", "bob"]);
  expect(withMuted(TOLD, "ada", false).muted_hosts).toEqual([]);
});

test("quiet hours may span midnight, but must end some time", () => {
  expect(quietProblem(usualQuiet("Europe/Berlin"))).toBeNull();
  expect(quietProblem({ from: "22:00", to: "22:00", zone: "UTC" })).not.toBeNull();
  expect(quietProblem({ from: "", to: "08:00", zone: "UTC" })).not.toBeNull();
});
