/** A host's statement: that its figures agree, and how they are told. */

import { expect, test } from "vitest";
import { written } from "./money";
import { accountName, balanced, lines, type Sale } from "./statement";

const AT = "2026-12-01T12:00:00Z";
const entry = (
  account: string,
  amount: number,
  kind: Sale["entries"][number]["kind"] = "charge",
) => ({
  at: AT,
  ...{ step: "paid" as const, reason: null },
  kind,
  account,
  amount,
});
const SALE: Sale = {
  hold_id: "hold_1",
  room_id: "room_1",
  at: AT,
  quantity: 1,
  ...{ currency: "usd", gross: 1200, fees: 36, refunds: 0, share: 1164, debt: 0 },
  entries: [
    entry("buyer", -1200),
    entry("clearing", 1200),
    entry("clearing", -1164, "share"),
    entry("host:acc_1", 1164, "share"),
    entry("clearing", -36, "fee"),
    entry("platform", 36, "fee"),
  ],
};

test("a sale whose entries sum to zero and whose lines add up is balanced", () => {
  expect(balanced(SALE)).toBe(true);
});

test("a cent that went astray shows", () => {
  expect(balanced({ ...SALE, share: 1165 })).toBe(false);
  expect(balanced({ ...SALE, entries: SALE.entries.slice(1) })).toBe(false);
});

test("the lines lead from what was sold to the host's share, in the sale's own currency", () => {
  const jpy = { ...SALE, currency: "jpy" };

  expect(lines(jpy).map(([, amount]) => amount)).toEqual(
    [1200, 0, -36, 1164].map((amount) => written({ amount, currency: "jpy" })),
  );
});

test("a debt has a line of its own", () => {
  expect(lines(SALE).some(([label]) => label.includes("owe"))).toBe(false);
  expect(lines({ ...SALE, debt: 500 }).some(([label]) => label.includes("owe"))).toBe(true);
});

test("the host's own account is called by no id", () => {
  expect(accountName("host:acc_1")).toBe("You");
  expect(accountName("something_new")).toBe("something_new");
});
