/** The rule by which tickets go back for money, to be read before paying and after. */

import { ruleWords } from "../../tickets/refunds";
import type { RefundRule } from "../../tickets/types";

export function Terms({ rule }: { rule: RefundRule }) {
  return (
    <p class="note">
      <strong>Refunds.</strong> {ruleWords(rule)}
    </p>
  );
}
