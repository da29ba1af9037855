/** A host's statement: that its figures agree, and how they are told. */

import { expect, test } from "vitest";
import { written } from "./money";
import { accountName, balanced, lines, mine, type Sale, steps } from "./statement";

const AT = "2026-12-01T12:00:00Z";
const LATER = "2026-12-02T12:00:00Z";
type Entry = Sale["entries"][number];

/** Both sides of one movement. */
function moved(
  amount: number,
  from: string,
  to: string,
  kind: Entry["kind"],
  step: Partial<Entry> = {},
): Entry[] {
  const common = { at: AT, step: "paid" as const, reason: null, kind, ...step };
  return [
    { ...common, account: from, amount: 0 - amount },
    { ...common, account: to, amount },
  ];
}

const PAID = [
  ...moved(1200, "buyer", "clearing", "charge"),
  ...moved(1164, "clearing", "host:acc_1", "share"),
  ...moved(36, "clearing", "platform", "fee"),
];
const SALE: Sale = {
  hold_id: "hold_1",
  room_id: "room_1",
  at: AT,
  quantity: 1,
  ...{ currency: "usd", gross: 1200, fees: 36, refunds: 0, share: 1164, debt: 0 },
  entries: PAID,
};
const told = (sale: Sale) => steps(sale).map(({ words }) => words);

test("a sale whose entries sum to zero and whose lines add up is balanced", () => {
  expect(balanced(SALE)).toBe(true);
  expect(mine(SALE)).toBe(1164);
});

test("a cent that went astray shows", () => {
  expect(balanced({ ...SALE, share: 1165, fees: 35 })).toBe(false);
  expect(balanced({ ...SALE, entries: PAID.slice(1) })).toBe(false);
  const cut = PAID.map((entry) =>
    entry.account === "platform" ? { ...entry, amount: 35 } : entry,
  );
  expect(balanced({ ...SALE, entries: cut })).toBe(false);
});

test("a sale is one step, in which money on its way does not stand", () => {
  const [sale, ...others] = steps(SALE);

  expect(others).toEqual([]);
  expect(sale?.words).toBe("Sale");
  expect(sale?.entries.map(({ account, amount }) => [account, amount])).toEqual([
    ["buyer", -1200],
    ["host:acc_1", 1164],
    ["platform", 36],
  ]);
});

test("each refund says why it was made", () => {
  const because = (reason: Entry["reason"]) => {
    const step = { at: LATER, step: "refunded", reason } as const;
    const back = [
      ...moved(1200, "clearing", "buyer", "refund", step),
      ...moved(1164, "host:acc_1", "clearing", "reversal", step),
      ...moved(36, "platform", "clearing", "fee_refund", step),
    ];
    const sale = { ...SALE, fees: 0, refunds: 1200, share: 0, entries: [...PAID, ...back] };
    expect(balanced(sale)).toBe(true);
    return told(sale)[1];
  };

  expect(because("asked")).toContain("given back");
  expect(because("room_cancelled")).toContain("the room was cancelled");
  expect(because("host_absent")).toContain("you did not come");
});

test("what was done by hand at the same time is told one by one", () => {
  const step = { at: LATER, step: "by_hand" } as const;
  const entries = [
    ...PAID,
    ...moved(500, "platform", "buyer", "refund", step),
    ...moved(400, "host:acc_1", "platform", "reversal", step),
    ...moved(30, "platform", "host:acc_1", "fee_refund", step),
  ];

  const sale = { ...SALE, fees: -94, refunds: 500, share: 794, entries };

  expect(balanced(sale)).toBe(true);
  expect(told(sale)).toEqual([
    "Sale",
    "Refund by hand",
    "Your share taken back by hand",
    "Platform fee given to you by hand",
  ]);
});

test("what the host owes is theirs, less than nothing", () => {
  const step = { at: LATER, step: "disputed" } as const;
  const entries = [
    ...PAID,
    ...moved(1200, "clearing", "buyer", "dispute", step),
    ...moved(1164, "debt:acc_1", "clearing", "debt", step),
    ...moved(36, "platform", "clearing", "fee_refund", step),
  ];

  const sale = { ...SALE, fees: 0, refunds: 1200, share: 0, debt: 1164, entries };

  expect(balanced(sale)).toBe(true);
  expect(told(sale)[1]).toContain("Dispute");
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
