/** What a host sells: price, number, until when; with what it will earn. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { putOffer } from "../../api/offers";
import { ApiError, inWords, sentence } from "../../api/problem";
import { CURRENCIES, readAmount } from "../../tickets/money";
import { type Draft, draftOf, NEW, problems, wantedOffer } from "../../tickets/offer-draft";
import type { Offer } from "../../tickets/types";
import { Choice, Field, Select } from "../field";
import { Earnings } from "./earnings";

const PRICING = [
  ["paid", "Paid", "Everyone pays the price, unless they have a code."],
  ["free", "Free", "They cost nothing, but not everyone gets one."],
] as const;

const REFUNDS = [
  ["until_start", "Until the start", "Buyers may give tickets back till then."],
  ["never", "Never", "Only if the room is cancelled or moved."],
] as const;

const UNREADY = "payouts_not_ready";
const CODES = [...CURRENCIES.keys()].map((code) => [code, code.toUpperCase()] as const);
const WHOLE = { inputMode: "numeric", autocomplete: "off", required: true } as const;

interface Props {
  roomId: string;
  /** The offer that is to be changed; null for a first one. */
  offer: Offer | null;
  /** What is earned can't reach the host yet. */
  unpaid: boolean;
  onSaved: () => void;
  onCancel?: () => void;
}

export function OfferForm({ roomId, offer, unpaid, onSaved, onCancel }: Props) {
  const [draft, setDraft] = useState<Draft>(() => (offer ? draftOf(offer) : NEW));
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  // What is wrong with an empty form is told once somebody tries to send it.
  const [tried, setTried] = useState(offer !== null);
  const taken = offer ? offer.sold + offer.held : 0;
  const found = problems(draft, taken, new Date());
  const wanted = wantedOffer(draft, taken, new Date());
  const shown = tried ? found : {};
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const field = (name: "price" | "quantity" | "per_account" | "sales_end") => ({
    value: draft[name],
    onValue: (value: string) => set({ [name]: value }),
    error: shown[name] ?? null,
  });
  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!wanted) return;
    setBusy(true);
    setRefusal(null);
    try {
      await putOffer(roomId, wanted);
      onSaved();
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  const unready = refusal instanceof ApiError && refusal.code === UNREADY;
  const amount = draft.free ? null : readAmount(draft.price, draft.currency);
  const price = amount === null || found.price ? null : { amount, currency: draft.currency };
  return (
    <form class="form" noValidate onSubmit={(event) => void submit(event)}>
      {taken > 0 ? (
        <p class="note">The price is fixed, since tickets are sold or held already.</p>
      ) : (
        <>
          <Choice
            legend="Price"
            value={draft.free ? "free" : "paid"}
            onValue={(value) => set({ free: value === "free" })}
            options={PRICING}
          />
          {!draft.free && unpaid && <Unpaid />}
          {!draft.free && (
            <div class="field-pair">
              <Field
                label="Price of a ticket"
                {...field("price")}
                input={{ inputMode: "decimal", autocomplete: "off", required: true }}
              />
              <Select
                label="Currency"
                value={draft.currency}
                onValue={(currency) => set({ currency })}
                options={CODES}
              />
            </div>
          )}
        </>
      )}
      <div class="field-pair even">
        <Field label="How many tickets" {...field("quantity")} input={WHOLE} />
        <Field label="At most for one account" {...field("per_account")} input={WHOLE} />
      </div>
      <Field
        label="Sales end"
        {...field("sales_end")}
        hint="Left empty, they end when the room does. Your time."
        input={{ type: "datetime-local", step: 60 }}
      />
      <Choice
        legend="Refunds"
        value={draft.refund_rule}
        onValue={(refund_rule) => set({ refund_rule })}
        options={REFUNDS}
      />
      {!draft.free && (
        <Earnings roomId={roomId} price={price} quantity={Number(wanted?.quantity ?? 0)} />
      )}
      {unready ? <Unpaid /> : refusal !== null && <Banner words={sentence(refusal)} />}
      <div class="actions">
        <button type="submit" class="button primary big" disabled={busy}>
          {offer ? "Save changes" : "Put on sale"}
        </button>
        {onCancel && (
          <button type="button" class="button quiet big" onClick={onCancel}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}

/** What costs something can't be sold yet, and the way out. */
function Unpaid() {
  return (
    <Banner words={inWords(UNREADY)}>
      <Link href="/payouts" class="button small">
        Set up payouts
      </Link>
    </Banner>
  );
}

interface BannerProps {
  words: string;
  children?: ComponentChildren;
}

function Banner({ words, children }: BannerProps) {
  return (
    <div class="banner" role="alert">
      <p>{words}</p>
      {children}
    </div>
  );
}
