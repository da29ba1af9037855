/** What has gone back of a purchase: how much, when, why, and where it is. */

import { written } from "../../tickets/money";
import { reasonWords, stateWords } from "../../tickets/refunds";
import type { Refund } from "../../tickets/types";
import { timestamp } from "../when";

export function Refunds({ refunds }: { refunds: readonly Refund[] }) {
  return (
    <ul class="refunds" aria-label="Refunds">
      {refunds.map((refund) => (
        <li key={refund.refund_id}>
          <p class="refund-head">
            <strong>{written(refund.amount)}</strong>
            <time dateTime={refund.at}>{timestamp(refund.at)}</time>
          </p>
          <p>{reasonWords(refund)}</p>
          <p class="note">{stateWords(refund)}</p>
        </li>
      ))}
    </ul>
  );
}
