/** How many tickets, at what price, with which code. */

import { Minus, Plus, Tag, Ticket } from "lucide-preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { priceOf } from "../../tickets/money";
import type { Offer, WantedHold } from "../../tickets/types";
import { Field } from "../field";

interface Props {
  offer: Offer;
  /** How many this account may have yet. */
  most: number;
  busy: boolean;
  problem: string | null;
  onAsk: (wanted: WantedHold) => void;
}

export function TicketForm({ offer, most, busy, problem, onAsk }: Props) {
  const [wanted, setQuantity] = useState(1);
  const [code, setCode] = useState<string | null>(null);
  const quantity = Math.max(1, Math.min(wanted, most));
  const { price } = offer;
  const total = price && { ...price, amount: price.amount * quantity };
  const submit = (event: Event) => {
    event.preventDefault();
    const promo_code = code?.trim();
    onAsk(promo_code ? { quantity, promo_code } : { quantity });
  };
  return (
    <form class="ticket-form" onSubmit={submit}>
      {most > 1 && (
        <div class="stepper" role="group" aria-label="How many tickets">
          <button
            type="button"
            class="icon-button"
            aria-label="One ticket less"
            aria-disabled={quantity === 1}
            onClick={() => setQuantity(Math.max(1, quantity - 1))}
          >
            <Minus aria-hidden="true" />
          </button>
          <output aria-live="polite">
            {quantity}
            <span class="hidden">{quantity === 1 ? " ticket" : " tickets"}</span>
          </output>
          <button
            type="button"
            class="icon-button"
            aria-label="One ticket more"
            aria-disabled={quantity === most}
            onClick={() => setQuantity(Math.min(most, quantity + 1))}
          >
            <Plus aria-hidden="true" />
          </button>
        </div>
      )}
      {price && <CodeField code={code} onCode={setCode} />}
      {problem && (
        <p class="banner" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" class="button primary big" disabled={busy}>
        <Ticket aria-hidden="true" />
        {busy ? "One moment…" : quantity === 1 ? "Get a ticket" : `Get ${quantity} tickets`}
        <span class="button-price">{priceOf(total)}</span>
      </button>
    </form>
  );
}

interface CodeProps {
  /** null until somebody says that they have one. */
  code: string | null;
  onCode: (code: string) => void;
}

function CodeField({ code, onCode }: CodeProps) {
  const place = useRef<HTMLDivElement>(null);
  const asked = code !== null;
  // The button that had the focus has become the field.
  useLayoutEffect(() => place.current?.querySelector("input")?.focus(), [asked]);
  if (code === null) {
    return (
      <button type="button" class="button quiet small" onClick={() => onCode("")}>
        <Tag aria-hidden="true" />
        Promo code
      </button>
    );
  }
  return (
    <div class="code-field" ref={place}>
      <Field
        label="Promo code"
        value={code}
        onValue={onCode}
        hint="Taken off in the next step."
        input={{
          maxLength: 20,
          autocomplete: "off",
          autocapitalize: "characters",
          spellcheck: false,
        }}
      />
    </div>
  );
}
