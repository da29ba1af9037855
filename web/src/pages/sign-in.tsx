/** Signing in: a handle on a local stack, the issuer's own page elsewhere. */

import { useEffect, useState } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import { sentence } from "../api/problem";
import { LocalIssuer } from "../auth/local";
import { begin, me } from "../auth/me";
import { OidcIssuer } from "../auth/oidc";
import { issuer } from "../auth/session";
import { useAct } from "../components/act";
import { Field } from "../components/field";
import { bareHandle, HANDLE_INPUT } from "../components/handle";
import { useTitle } from "../components/title";

export function SignInPage() {
  useTitle("Sign in");
  const to = onThisSite(new URLSearchParams(useSearch()).get("to"));
  const { busy, act } = useAct();
  const from = issuer.value;
  return (
    <div class="page narrow">
      <h1>Sign in</h1>
      <p class="lead">
        You can listen without an account. To speak, follow and host, you need one.
      </p>
      {from instanceof LocalIssuer && <HandleForm issuer={from} to={to} />}
      {from instanceof OidcIssuer && (
        <button
          type="button"
          class="button primary"
          aria-disabled={busy}
          onClick={() => act(() => from.redirect(to))}
        >
          Continue
        </button>
      )}
      {from === null && me.value === null && (
        <p class="banner" role="alert">
          Signing in isn't possible just now. You can still listen.
        </p>
      )}
    </div>
  );
}

function HandleForm({ issuer: from, to }: { issuer: LocalIssuer; to: string }) {
  const [, navigate] = useLocation();
  const [handle, setHandle] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await from.enter(bareHandle(handle));
      await begin();
      navigate(to, { replace: true });
    } catch (refusal) {
      setError(sentence(refusal));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      <Field
        label="Handle"
        value={handle}
        onValue={setHandle}
        error={error}
        hint="This stack runs on one machine: pick any handle, and it is yours in this tab."
        input={{ ...HANDLE_INPUT, autoFocus: true }}
      />
      <button type="submit" class="button primary" disabled={busy || !handle.trim()}>
        Sign in
      </button>
    </form>
  );
}

/** Where an OIDC issuer sends the person back to. */
export function SignedInPage() {
  useTitle("Signing in");
  const [, navigate] = useLocation();
  const [error, setError] = useState<string | null>(null);
  const from = issuer.value;
  useEffect(() => {
    if (!(from instanceof OidcIssuer)) return;
    from
      .complete()
      .then(async (returnTo) => {
        await begin();
        navigate(onThisSite(returnTo), { replace: true });
      })
      .catch(() => setError("The sign-in did not go through. Please try again."));
  }, [from]);
  return (
    <div class="page narrow">
      <h1>Signing in…</h1>
      {error && (
        <p class="banner" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** A path of ours: whatever else a link asks for, the person stays on this site. */
function onThisSite(path: string | null): string {
  return path && /^\/[^/\\]/.test(path) ? path : "/";
}
