/** Going to a bank's page, and coming back. */

import { expect, test } from "vitest";
import { readReturn, returnUrl } from "./return";

test.each([
  ["succeeded", true],
  ["pending", true],
  ["failed", false],
])("Stripe's additions to the way back are read: %s", (status, wentWell) => {
  const url = new URL(returnUrl("https://stoa.example", "room_1", "hold_1"));
  url.searchParams.set("payment_intent", "pi_1");
  url.searchParams.set("payment_intent_client_secret", "pi_1_secret_2");
  url.searchParams.set("redirect_status", status);

  expect(url.pathname).toBe("/rooms/room_1");
  expect(readReturn(url.search)).toEqual({ holdId: "hold_1", wentWell });
});

test("who just comes along comes back from nowhere", () => {
  expect(readReturn("")).toBeNull();
  expect(readReturn("?hold=hold_1")).toBeNull();
  expect(readReturn("?redirect_status=succeeded")).toBeNull();
});
