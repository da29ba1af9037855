/** What a host would earn, line by line. Pure. */

import { minus, written } from "./money";
import type { Estimate } from "./types";

export interface Line {
  label: string;
  amount: string;
}

/** From what buyers pay to what is the host's; the lines add up. */
export function lines({ gross, platform_fee, host_share, tiers }: Estimate): Line[] {
  const fees = tiers.map(({ basis_points, portion, fee }) => ({
    label: `Platform fee, ${percent(basis_points)} of ${written(portion)}`,
    amount: written(minus(fee)),
  }));
  return [
    { label: "Buyers pay", amount: written(gross) },
    ...(fees.length > 0 ? fees : [{ label: "Platform fee", amount: written(minus(platform_fee)) }]),
    { label: "You earn", amount: written(host_share) },
  ];
}

/** Basis points as people say them: 300 is "3 %", 250 is "2.5 %". */
export function percent(basisPoints: number): string {
  return `${(basisPoints / 100).toLocaleString(undefined, { maximumFractionDigits: 2 })} %`;
}
