/** A host's money: whether it can reach them, and every sale to the cent. */

import { BadgeCheck, CircleAlert, Landmark } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { Link } from "wouter-preact";
import { readStatement, setUpPayouts } from "../api/payouts";
import { inWords, sentence } from "../api/problem";
import { me } from "../auth/me";
import { useAct } from "../components/act";
import { Sales } from "../components/host/sales";
import { useLoad } from "../components/load";
import { useTitle } from "../components/title";
import { lines, type PayoutState, type Statement, type Total } from "../tickets/statement";

const PATH = "/payouts";
const AGAIN = 5_000;
/** An account that is being checked changes by itself. */
const pace = (statement: Statement | undefined) =>
  statement?.account && statement.account.state !== "active" ? AGAIN : undefined;

export function PayoutsPage() {
  useTitle("Payouts");
  const self = me.value;
  return (
    <div class="page narrow payouts">
      <h1>Payouts</h1>
      {self === null && (
        <>
          <p class="lead">Sign in to see what your rooms earn.</p>
          <Link href={`/sign-in?to=${PATH}`} class="button primary">
            Sign in
          </Link>
        </>
      )}
      {self && <Mine key={self.account_id} accountId={self.account_id} />}
    </div>
  );
}

function Mine({ accountId }: { accountId: string }) {
  const key = `payouts of ${accountId}`;
  const { value, error } = useLoad(key, () => readStatement(null, 1), pace);
  if (!value) {
    return (
      <div aria-busy={error === undefined}>
        {error !== undefined && (
          <p class="banner" role="alert">
            {sentence(error)}
          </p>
        )}
      </div>
    );
  }
  return (
    <>
      {value.selling.code !== null && <p class="banner">{inWords(value.selling.code)}</p>}
      <Account state={value.account?.state ?? null} />
      {value.totals.map((total) => (
        <Totals key={total.currency} total={total} />
      ))}
      <Sales accountId={accountId} />
    </>
  );
}

const STATES = {
  none: {
    icon: Landmark,
    title: "Get paid for your rooms",
    words:
      "Tickets are paid to your own account at Stripe. Setting it up takes a few minutes, and you need your bank details.",
    deed: "Set up payouts",
  },
  pending: {
    icon: Landmark,
    title: "Almost there",
    words:
      "Stripe is checking what you told it, or waits for the rest of it. This page shows when you can sell.",
    deed: "Go on at Stripe",
  },
  restricted: {
    icon: CircleAlert,
    title: "Stripe needs something from you",
    words: "Until then you can't sell tickets. What was sold is safe.",
    deed: "See what is needed",
  },
  active: {
    icon: BadgeCheck,
    title: "Payouts are on",
    words: "What you earn goes to your bank account by Stripe's schedule.",
    deed: null,
  },
} as const;

function Account({ state }: { state: PayoutState | null }) {
  const { icon: Icon, title, words, deed } = STATES[state ?? "none"];
  const { busy, act } = useAct();
  const begin = async () => {
    const { onboarding_url: url } = await setUpPayouts();
    // Whoever has gone on to another page meanwhile stays there.
    if (location.pathname === PATH) location.assign(url);
  };
  useEffect(() => {
    if (!location.search) return;
    // Stripe sends people back here; `?again` says that its link was old, and wants a new one.
    const again = location.search.startsWith("?again");
    history.replaceState(history.state, "", location.pathname);
    if (again && deed) act(begin);
  }, []);
  return (
    <section class="payout-account" data-state={state ?? "none"} aria-labelledby="account">
      <Icon aria-hidden="true" />
      <div role="status">
        <h2 id="account">{title}</h2>
        <p>{words}</p>
      </div>
      {deed && (
        <button
          type="button"
          class={state === null ? "button primary" : "button"}
          aria-disabled={busy}
          onClick={() => act(begin)}
        >
          {deed}
        </button>
      )}
    </section>
  );
}

function Totals({ total }: { total: Total }) {
  return (
    <section class="totals" aria-label={`Totals in ${total.currency.toUpperCase()}`}>
      <dl class="lines">
        {lines(total).map(([label, amount]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{amount}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
