/** A room's log in words. */

import { expect, test } from "vitest";
import type { LogEntry } from "../types";
import { told } from "./deeds";

const person = (account_id: string, name: string) => ({
  account_id,
  name,
  handle: account_id,
  avatar_url: null,
});
const ADA = person("ada", "Ada");
const BOB = person("bob", "$& Bob");

const entry = (act: LogEntry["act"], by = ADA, whom: typeof BOB | null = null): LogEntry => ({
  entry_id: "1",
  at: "2026-11-28T12:00:00Z",
  act,
  by,
  whom,
});

test("it says who did what to whom, and You to whoever reads it", () => {
  expect(told(entry("removed", ADA, BOB), "eve")).toBe("Ada removed $& Bob from the room");
  expect(told(entry("removed", ADA, BOB), "ada")).toBe("You removed $& Bob from the room");
  expect(told(entry("named_cohost", BOB, ADA), "ada")).toBe("$& Bob made you a co-host");
});

test("what people do to nobody or themselves names them once", () => {
  expect(told(entry("muted_all"), "ada")).toBe("You muted everyone");
  expect(told(entry("took_stage", BOB, BOB), "ada")).toBe("$& Bob went on stage");
});
