/** An offer from its fields to the API and back. */

import { expect, test } from "vitest";
import { type Draft, draftOf, NEW, problems, wantedOffer } from "./offer-draft";
import type { Offer } from "./types";

const NOW = new Date(2026, 11, 1, 12);
const drafted = (change: Partial<Draft>): Draft => ({ ...NEW, price: "12.50", ...change });
const wrong = (change: Partial<Draft>, taken = 0) =>
  Object.keys(problems(drafted(change), taken, NOW));

test("what is typed is asked for in minor units and UTC", () => {
  const wanted = wantedOffer(drafted({ quantity: "3", sales_end: "2026-12-24T18:00" }), 0, NOW);

  expect(wanted).toEqual({
    price: { amount: 1250, currency: "usd" },
    quantity: 3,
    per_account: 4,
    sales_end_at: new Date(2026, 11, 24, 18).toISOString(),
    refund_rule: "until_start",
  });
});

test("free tickets have no price, whatever stands in its field", () => {
  expect(wantedOffer(drafted({ free: true, price: "nonsense" }), 0, NOW)?.price).toBeNull();
});

test.each<[Partial<Draft>, keyof Draft]>([
  [{ price: "0.50" }, "price"],
  [{ price: "" }, "price"],
  [{ price: "100.50", currency: "jpy" }, "price"],
  [{ quantity: "0" }, "quantity"],
  [{ quantity: "20001" }, "quantity"],
  [{ quantity: "-1" }, "quantity"],
  [{ quantity: "1.5" }, "quantity"],
  [{ per_account: "11" }, "per_account"],
  [{ per_account: "" }, "per_account"],
  [{ sales_end: "2026-12-01T11:59" }, "sales_end"],
])("%j can't be", (change, field) => {
  expect(wrong(change)).toEqual([field]);
  expect(wantedOffer(drafted(change), 0, NOW)).toBeNull();
});

test("no fewer tickets than are sold or held", () => {
  expect(wrong({ quantity: "2" }, 3)).toEqual(["quantity"]);
  expect(wrong({ quantity: "3" }, 3)).toEqual([]);
});

test("an offer that there is can be saved as it is", () => {
  const offer = {
    price: { amount: 1250, currency: "eur" },
    quantity: 3,
    per_account: 2,
    sales_end_at: "2026-12-24T18:00:00Z",
    refund_rule: "never",
  } as Offer;

  expect(wantedOffer(draftOf(offer), 3, NOW)).toEqual({
    ...{ price: offer.price, quantity: 3, per_account: 2, refund_rule: "never" },
    sales_end_at: "2026-12-24T18:00:00.000Z",
  });
});
