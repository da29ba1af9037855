/** Codes that make tickets cheaper: which there are, how often they can be used still. */

import { X } from "lucide-preact";
import { useState } from "preact/hooks";
import { listPromoCodes, putPromoCode, removePromoCode } from "../../api/offers";
import { sentence } from "../../api/problem";
import { readAmount, written } from "../../tickets/money";
import type { Discount, PromoCode } from "../../tickets/types";
import { useAct } from "../act";
import { Field, Select } from "../field";
import { useLoad } from "../load";

interface Props {
  roomId: string;
  /** Of the price that they take something off. */
  currency: string;
}

export function PromoCodes({ roomId, currency }: Props) {
  const { value, error, reload } = useLoad(`codes ${roomId}`, () => listPromoCodes(roomId));
  const { busy, act } = useAct();
  return (
    <>
      {error !== undefined && <p class="note error">{sentence(error)}</p>}
      {value?.items.length === 0 && <p class="note">There are no codes yet.</p>}
      <ul class="rows">
        {value?.items.map((promo) => (
          <li key={promo.code}>
            <code>{promo.code}</code>
            <span>{off(promo, currency)} off</span>
            <span class="note">
              {promo.left} of {promo.limit} left
            </span>
            <button
              type="button"
              class="icon-button"
              aria-label={`Remove ${promo.code}`}
              aria-disabled={busy}
              onClick={() => act(() => removePromoCode(roomId, promo.code).finally(reload))}
            >
              <X aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      <NewCode roomId={roomId} currency={currency} onAdded={reload} />
    </>
  );
}

function off({ percent, amount }: PromoCode, currency: string): string {
  return percent === null ? written({ amount: amount ?? 0, currency }) : `${percent} %`;
}

interface NewCodeProps extends Props {
  onAdded: () => void;
}

function NewCode({ roomId, currency, onAdded }: NewCodeProps) {
  const [code, setCode] = useState("");
  const [kind, setKind] = useState<"percent" | "amount">("percent");
  const [off, setOff] = useState("");
  const [limit, setLimit] = useState("10");
  const { busy, act } = useAct();
  const wanted = discount(kind, off, limit, currency);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!wanted) return;
    act(async () => {
      await putPromoCode(roomId, code.trim(), wanted);
      setCode("");
      onAdded();
    });
  };
  return (
    <form class="inline-form" onSubmit={submit}>
      <Field
        label="Code"
        value={code}
        onValue={(text) => setCode(text.toUpperCase())}
        input={{
          required: true,
          minLength: 3,
          maxLength: 20,
          pattern: "[A-Z0-9][A-Z0-9\\-]+",
          title: "3 to 20 letters, digits and hyphens.",
          autocomplete: "off",
          spellcheck: false,
        }}
      />
      <Field
        label="Takes off"
        value={off}
        onValue={setOff}
        input={{ required: true, inputMode: "decimal", autocomplete: "off" }}
      />
      <Select
        label="Of"
        value={kind}
        onValue={setKind}
        options={[
          ["percent", "%"],
          ["amount", currency.toUpperCase()],
        ]}
      />
      <Field
        label="Tickets"
        value={limit}
        onValue={setLimit}
        input={{ required: true, inputMode: "numeric", autocomplete: "off" }}
      />
      <button type="submit" class="button" disabled={busy || !wanted || !code.trim()}>
        Add code
      </button>
    </form>
  );
}

function discount(
  kind: "percent" | "amount",
  off: string,
  limit: string,
  currency: string,
): Discount | null {
  const tickets = Number(limit);
  const value = kind === "percent" ? Number(off) : readAmount(off, currency);
  if (!Number.isInteger(tickets) || tickets < 1) return null;
  if (value === null || !Number.isInteger(value) || value < 1) return null;
  if (kind === "percent") return value <= 100 ? { percent: value, limit: tickets } : null;
  return { amount: value, limit: tickets };
}
