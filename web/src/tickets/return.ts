/** The way back from a bank's page: an address of ours that says which hold was being paid. */

import type { Return } from "./checkout";

/** Where the bank's page sends the buyer; Stripe adds how it went. */
export function returnUrl(origin: string, roomId: string, holdId: string): string {
  return `${origin}/rooms/${encodeURIComponent(roomId)}?${new URLSearchParams({ hold: holdId })}`;
}

/** Whether this address is such a way back; null if somebody just came along. */
export function readReturn(search: string): Return | null {
  const query = new URLSearchParams(search);
  const holdId = query.get("hold");
  const status = query.get("redirect_status");
  if (!holdId || !status) return null;
  return { holdId, wentWell: status === "succeeded" || status === "pending" };
}
