/** Paying for held tickets: the form, the time that is left, and the way out. */

import { LockKeyhole, RefreshCw } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { appearance } from "../../tickets/appearance";
import type { Checkout } from "../../tickets/checkout";
import { type Money, written } from "../../tickets/money";
import type { Buying } from "../../tickets/purchase";
import { returnUrl } from "../../tickets/return";
import { openForm, type PaymentForm } from "../../tickets/stripe";
import type { Payment as PaymentAccess } from "../../tickets/types";
import { attempt, useAct } from "../act";
import { Countdown } from "./countdown";
import { Terms } from "./terms";

interface Props {
  checkout: Checkout;
  buying: Extract<Buying, { step: "paying" }>;
  /** What one ticket costs without a code. */
  price: Money | null;
}

export function Payment({ checkout, buying, price }: Props) {
  const { hold, busy, problem } = buying;
  const one = hold.quantity === 1;
  const { element, form, failed, retry } = useForm(hold.payment);
  const { busy: leaving, act } = useAct();
  const away = failed || !hold.payment;
  const full = price && { ...price, amount: price.amount * hold.quantity };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!form || leaving) return;
    const back = returnUrl(location.origin, hold.room_id, hold.hold_id);
    // Not by `act`: another card may be tried while the hold is looked at after the first.
    void attempt(() => checkout.pay(() => form.confirm(back)));
  };
  return (
    <form class="payment" onSubmit={submit} aria-busy={busy}>
      <div class="payment-head">
        <p>
          <strong>{one ? "1 ticket" : `${hold.quantity} tickets`}</strong>{" "}
          {full && hold.price.amount < full.amount && <s>{written(full)}</s>} {written(hold.price)}
        </p>
        <Countdown until={hold.lapses_at} onEnd={() => act(() => checkout.lapse())} />
      </div>
      <p class="note">Nobody else can get {one ? "it" : "them"} as long as this clock runs.</p>
      {/* The script fills the inner element, which is therefore never ours to draw. */}
      <div class="payment-element" data-ready={form !== null || undefined} hidden={away}>
        <div ref={element} />
      </div>
      {away && (
        <div class="banner" role="alert">
          <p>
            The payment form can't be reached just now. Your{" "}
            {one ? "ticket is" : "tickets are"} still kept.
          </p>
          <button
            type="button"
            class="button small"
            onClick={() => (hold.payment ? retry() : act(() => checkout.look()))}
          >
            <RefreshCw aria-hidden="true" />
            Try again
          </button>
        </div>
      )}
      {problem && (
        <p class="banner" role="alert">
          {problem}
        </p>
      )}
      <Terms rule={hold.refund_rule} />
      <div class="actions">
        <button type="submit" class="button primary big" disabled={busy || leaving || !form}>
          <LockKeyhole aria-hidden="true" />
          {busy ? "Asking your bank…" : `Pay ${written(hold.price)}`}
        </button>
        <button
          type="button"
          class="button quiet big"
          aria-disabled={busy || leaving}
          onClick={() => act(() => checkout.giveUp())}
        >
          Give the {one ? "ticket" : "tickets"} back
        </button>
      </div>
    </form>
  );
}

/** The form in its element, as soon as the script is there. */
function useForm(payment: PaymentAccess | null) {
  const element = useRef<HTMLDivElement>(null);
  const [form, setForm] = useState<PaymentForm | null>(null);
  const [failed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  const secret = payment?.client_secret;
  useEffect(() => {
    const place = element.current;
    if (!payment || !place) return;
    let gone = false;
    setFailed(false);
    // Each turn has an element of its own: one that a former turn still fills is out of the page.
    const mine = place.appendChild(document.createElement("div"));
    openForm(payment, mine, appearance()).then(
      (opened) => gone || setForm(opened),
      () => gone || setFailed(true),
    );
    return () => {
      gone = true;
      mine.remove();
      setForm(null);
    };
  }, [secret, turn]);
  return { element, form, failed, retry: () => setTurn(turn + 1) };
}
