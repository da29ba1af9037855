/** The estimate as a host reads it. */

import { expect, test } from "vitest";
import { lines, percent } from "./earnings";
import { readAmount, written } from "./money";
import type { Estimate } from "./types";

const usd = (amount: number) => ({ amount, currency: "usd" });
const ACROSS_A_TIER: Estimate = {
  gross: usd(36_000),
  platform_fee: usd(1_080 + 340),
  host_share: usd(36_000 - 1_420),
  per_ticket: { price: usd(1200), platform_fee: usd(47), host_share: usd(1153) },
  tiers: [
    { up_to: usd(5_000_000), basis_points: 300, portion: usd(34_300), fee: usd(1_080) },
    { up_to: null, basis_points: 2_000, portion: usd(1_700), fee: usd(340) },
  ],
};

test("each tier that the sales touch has its own line, and the lines add up", () => {
  const shown = lines(ACROSS_A_TIER);
  const cents = shown.map(({ amount }) => {
    const digits = readAmount(amount.replace(/[^\d.]/g, ""), "usd") ?? NaN;
    return amount.includes("-") ? -digits : digits;
  });

  expect(shown).toHaveLength(4);
  expect(shown[1]?.label).toContain("3 %");
  expect(shown[2]?.label).toContain("20 %");
  expect(cents.slice(0, -1).reduce((sum, one) => sum + one, 0)).toBe(cents.at(-1));
});

test("no fee has no sign", () => {
  const free = { ...ACROSS_A_TIER, tiers: [], platform_fee: usd(0) };

  expect(lines(free)[1]).toEqual({ label: "Platform fee", amount: written(usd(0)) });
});

test.each([
  [300, "3 %"],
  [250, "2.5 %"],
  [2000, "20 %"],
  [1, "0.01 %"],
])("%i basis points are %s", (basisPoints, words) => {
  expect(percent(basisPoints)).toBe(words);
});
