/** Whether I may sell tickets, known before anything is filled in. */

import { readStatement } from "../../api/payouts";
import { inWords } from "../../api/problem";
import { accountId } from "../../auth/me";
import type { Statement } from "../../tickets/statement";
import { useLoad } from "../load";

export interface Selling {
  /** Why I can't sell at all, in words; null if I can. */
  refusal: string | null;
  /** What I earn can't reach me yet: until then tickets have to be free. */
  unpaid: boolean;
}

/** Whoever sets up payouts elsewhere comes back to this page. */
const AGAIN = 60_000;
const pace = (statement: Statement | null | undefined) =>
  statement && statement.account?.state !== "active" ? AGAIN : undefined;

/** undefined until it is known. Who can't find out may try: the API says it then. */
export function useSelling(wanted = true): Selling | undefined {
  const key = `selling ${accountId.value} ${wanted}`;
  const read = async () => (wanted ? readStatement(null, 1) : null);
  const { value: statement, error } = useLoad(key, read, pace);
  if (!statement) return error === undefined ? undefined : { refusal: null, unpaid: false };
  const { account, selling } = statement;
  return {
    refusal: selling.code === null ? null : inWords(selling.code),
    unpaid: account?.state !== "active",
  };
}
