/** What the host would earn if all were sold, line by line, as they type. */

import { useEffect, useState } from "preact/hooks";
import { estimate } from "../../api/offers";
import { sentence } from "../../api/problem";
import { lines } from "../../tickets/earnings";
import { type Price, written } from "../../tickets/money";
import type { Estimate } from "../../tickets/types";

/** So long somebody has to stop typing before it is worth asking. */
const SETTLED = 300;

interface Props {
  roomId: string;
  /** null while what is typed is no price. */
  price: Price | null;
  quantity: number;
}

export function Earnings({ roomId, price, quantity }: Props) {
  const { found, error, stale } = useEstimate(roomId, price, quantity);
  if (error !== undefined) return <p class="note error">{sentence(error)}</p>;
  if (!found) return <p class="note">With a price and a number you see here what you earn.</p>;
  const { per_ticket: one } = found;
  return (
    <section class="earnings" aria-label="What you earn" data-stale={stale || undefined}>
      <h3>If all {quantity.toLocaleString()} are sold</h3>
      <dl class="lines" aria-live="polite" aria-busy={stale}>
        {lines(found).map(({ label, amount }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{amount}</dd>
          </div>
        ))}
      </dl>
      <p class="note">
        Of one ticket now: {written(one.price)} less {written(one.platform_fee)} is{" "}
        {written(one.host_share)}. Card fees are the platform's.
      </p>
    </section>
  );
}

interface Estimated {
  found: Estimate | undefined;
  error: unknown;
  /** It is being asked for anew. */
  stale: boolean;
}

function useEstimate(roomId: string, price: Price | null, quantity: number): Estimated {
  const [state, setState] = useState<{ key: string; found?: Estimate; error?: unknown }>();
  const key = price && quantity > 0 ? `${price.amount} ${price.currency} ${quantity}` : null;
  useEffect(() => {
    if (!key || !price) return;
    let overtaken = false;
    const timer = setTimeout(() => {
      estimate(roomId, price, quantity).then(
        (found) => overtaken || setState({ key, found }),
        (error: unknown) => overtaken || setState({ key, error }),
      );
    }, SETTLED);
    return () => {
      overtaken = true;
      clearTimeout(timer);
    };
  }, [roomId, key]);
  if (!key) return { found: undefined, error: undefined, stale: false };
  return { found: state?.found, error: state?.error, stale: state?.key !== key };
}
