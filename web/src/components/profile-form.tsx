/** Editing my name, handle and picture. */

import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { writeMe } from "../api/accounts";
import { sentence } from "../api/problem";
import { me } from "../auth/me";
import { Field } from "./field";
import { HANDLE_INPUT, HANDLE_RULE } from "./handle";

export function ProfileForm({ onSaved }: { onSaved: () => void }) {
  const [, navigate] = useLocation();
  const self = me.value;
  const [name, setName] = useState(self?.name ?? "");
  const [handle, setHandle] = useState(self?.handle ?? "");
  const [picture, setPicture] = useState(self?.avatar_url ?? "");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const wanted = {
        name: name.trim(),
        handle: handle.trim(),
        avatar_url: picture.trim() || null,
      };
      me.value = await writeMe(wanted);
      onSaved();
      const here = location.pathname === `/people/${self?.handle}`;
      if (here && wanted.handle !== self?.handle) navigate(`/people/${wanted.handle}`, { replace: true });
    } catch (refusal) {
      setError(sentence(refusal));
      setBusy(false);
    }
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      <Field
        label="Name"
        value={name}
        onValue={setName}
        input={{ required: true, maxLength: 50 }}
      />
      <Field
        label="Handle"
        value={handle}
        onValue={setHandle}
        hint={HANDLE_RULE}
        input={HANDLE_INPUT}
      />
      <Field
        label="Picture"
        value={picture}
        onValue={setPicture}
        hint="A web address of an image. Without one, your initials stand in."
        input={{ type: "url", maxLength: 500, placeholder: "https://" }}
      />
      {error && (
        <p class="banner" role="alert">
          {error}
        </p>
      )}
      <button type="submit" class="button primary" disabled={busy}>
        Save
      </button>
    </form>
  );
}
