/** Amounts as they are typed and shown; every test would catch a wrong number of decimals. */

import { expect, test } from "vitest";
import {
  CURRENCIES,
  type Currency,
  decimals,
  priceOf,
  priceProblem,
  readAmount,
  typed,
  written,
} from "./money";

test.each([
  [1250, "usd", "$12.50"],
  [5, "eur", "€0.05"],
  [1200, "jpy", "¥1,200"],
  [-350, "usd", "-$3.50"],
  [9_007_199_254, "gbp", "£90,071,992.54"],
])("%i minor units of %s are written %s", (amount, currency, text) => {
  expect(written({ amount, currency }, "en-US")).toBe(text);
});

test("nothing to pay is called free", () => {
  expect(priceOf({ amount: 0, currency: "usd" })).toBe("Free");
  expect(priceOf(null)).toBe("Free");
});

test.each([
  ["12", "usd", 1200],
  ["12.5", "usd", 1250],
  ["12,05", "eur", 1205],
  [" 1200 ", "jpy", 1200],
  ["0.07", "gbp", 7],
])("%j in %s is %i minor units", (text, currency, amount) => {
  expect(readAmount(text, currency)).toBe(amount);
});

test.each([
  ["12.345", "usd"],
  ["12.5", "jpy"],
  ["-3", "usd"],
  ["1e3", "usd"],
  ["", "usd"],
  [".", "usd"],
  ["12.", "usd"],
  ["9999999999", "usd"],
])("%j is no amount in %s", (text, currency) => {
  expect(readAmount(text, currency)).toBeNull();
});

test.each([...CURRENCIES.keys()])("an amount in %s is read back as it was typed", (currency) => {
  for (const amount of [100, 101, 99_899, 99_900]) {
    expect(readAmount(typed({ amount, currency }), currency)).toBe(amount);
  }
});

test("yen have no decimals, kroner have two", () => {
  expect([decimals("jpy"), decimals("dkk")]).toEqual([0, 2]);
});

test.each<[string, Currency, boolean]>([
  ["1.00", "usd", true],
  ["0.99", "usd", false],
  ["999.00", "usd", true],
  ["999.01", "usd", false],
  ["2.49", "dkk", false],
  ["2.50", "dkk", true],
  ["100", "jpy", true],
  ["99", "jpy", false],
  ["free", "usd", false],
])("%s %s as a price: %s", (text, currency, good) => {
  expect(priceProblem(text, currency) === null).toBe(good);
});
