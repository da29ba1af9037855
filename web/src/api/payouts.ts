/** Calls of a host about their money. */

import type { PayoutSetup, Statement } from "../tickets/statement";
import { call } from "./http";

/** Where to go on with setting payouts up. */
export const setUpPayouts = () => call<PayoutSetup>("POST", "/me/payouts/account", { body: {} });

/** My account and totals, and up to `limit` sales, the newest first. */
export const readStatement = (cursor: string | null, limit = 50) =>
  call<Statement>(
    "GET",
    `/me/payouts?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
  );
