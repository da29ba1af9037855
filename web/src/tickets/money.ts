/** Amounts in minor units, as people write and read them. */

import type { components } from "../api/schema";

/** In the currency's smallest unit: cents; for yen, yen. The currency is ISO 4217, in lower case. */
export type Money = components["schemas"]["Money"];
/** What a ticket may cost. */
export type Price = components["schemas"]["NewPrice"];
export type Currency = Price["currency"];

/** The currencies that can be charged, with the smallest charge in minor units. */
export const CURRENCIES: ReadonlyMap<Currency, number> = new Map<Currency, number>([
  ["usd", 50],
  ["eur", 50],
  ["gbp", 30],
  ["chf", 50],
  ["aud", 50],
  ["cad", 50],
  ["dkk", 250],
  ["nok", 300],
  ["sek", 300],
  ["jpy", 50],
]);

const LOWEST_PRICE = 100;
const HIGHEST_PRICE = 99_900;

/** How many digits follow the decimal point. */
export function decimals(currency: string): number {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** As the reader's language writes it: "$12.50", "12,50 €", "¥1,200". */
export function written({ amount, currency }: Money, locale?: string): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  return format.format(amount / 10 ** decimals(currency));
}

/** A price, or what it is called when there is nothing to pay. */
export function priceOf(price: Money | null): string {
  return price === null || price.amount === 0 ? "Free" : written(price);
}

/** The same amount the other way. */
export function minus({ amount, currency }: Money): Money {
  // Not -0, which would be written with a sign.
  return { amount: 0 - amount, currency };
}

/** What somebody typed, in minor units; null if it is no amount of this currency. */
export function readAmount(text: string, currency: string): number | null {
  const [, whole, fraction = ""] = /^\s*(\d{1,9})(?:[.,](\d+))?\s*$/.exec(text) ?? [];
  const places = decimals(currency);
  if (whole === undefined || fraction.length > places) return null;
  return Number(whole + fraction.padEnd(places, "0"));
}

/** The amount as it is typed: "12.50". */
export function typed({ amount, currency }: Money): string {
  return (amount / 10 ** decimals(currency)).toFixed(decimals(currency));
}

/** The lowest and the highest price of a ticket, in minor units. */
function priceRange(currency: Currency): [lowest: number, highest: number] {
  return [Math.max(LOWEST_PRICE, CURRENCIES.get(currency) ?? 0), HIGHEST_PRICE];
}

/** Why this is no price; null if it is one. */
export function priceProblem(text: string, currency: Currency): string | null {
  const amount = readAmount(text, currency);
  const [lowest, highest] = priceRange(currency);
  if (amount !== null && amount >= lowest && amount <= highest) return null;
  const from = written({ amount: lowest, currency });
  return `A ticket costs from ${from} to ${written({ amount: highest, currency })}.`;
}
