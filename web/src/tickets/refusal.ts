/** Why there are no tickets, in words: refusals whose facts matter to a buyer. */

import { ApiError, sentence } from "../api/problem";

/** The buyer's bank wanted to see them, and did not. */
export const NOT_CONFIRMED =
  "Your bank didn't confirm this payment. Try again, or use another card.";

export function refusal(error: unknown): string {
  if (!(error instanceof ApiError)) return sentence(error);
  const { left, allowed } = error.problem;
  if (error.code === "sold_out" && typeof left === "number" && left > 0) {
    return left === 1 ? "Only one ticket is left." : `Only ${left} tickets are left.`;
  }
  if (error.code === "limit_reached" && typeof allowed === "number") {
    return allowed === 1
      ? "One ticket is all that one account can have."
      : `One account can have ${allowed} tickets, with those that you have already.`;
  }
  return sentence(error);
}
