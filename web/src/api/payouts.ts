/** Calls of a host about their money. */

import { answer, api } from "./client";

/** Where to go on with setting payouts up. */
export const setUpPayouts = () => answer(api.POST("/me/payouts/account"));

/** My account and totals, and up to `limit` sales, the newest first. */
export const readStatement = (cursor: string | null, limit = 50) =>
  answer(api.GET("/me/payouts", { params: { query: { limit, cursor } } }));
