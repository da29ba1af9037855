/** Who may write a room's captions by hand: named by handle, listed, dismissed. */

import { X } from "lucide-preact";
import { useState } from "preact/hooks";
import { readAccount } from "../../api/accounts";
import { dismissCaptioner, listCaptioners, nameCaptioner } from "../../api/captions";
import { sentence } from "../../api/problem";
import { useAct } from "../act";
import { Face } from "../face";
import { Field } from "../field";
import { bareHandle, OTHERS_HANDLE_INPUT } from "../handle";
import { useLoad } from "../load";

export function Captioners({ roomId }: { roomId: string }) {
  const { value, error, reload } = useLoad(`captioners ${roomId}`, () => listCaptioners(roomId));
  const { busy, act } = useAct();
  return (
    <>
      <p class="note">
        In the room they find “Write captions” under “More”. While somebody writes, turn the
        automatic captions off.
      </p>
      {error !== undefined && <p class="note error">{sentence(error)}</p>}
      {value && value.length > 0 && (
        <ul class="rows captioners" aria-label="Captioners">
          {value.map((person) => (
            <li key={person.account_id}>
              <Face person={person} size="s" />
              <span>
                <strong dir="auto">{person.name}</strong>
                {person.handle && <small class="handle">@{person.handle}</small>}
              </span>
              <button
                type="button"
                class="icon-button"
                aria-label={`Dismiss ${person.name}`}
                aria-disabled={busy}
                onClick={() =>
                  act(() => dismissCaptioner(roomId, person.account_id).finally(reload))
                }
              >
                <X aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <NewCaptioner roomId={roomId} onNamed={reload} />
    </>
  );
}

function NewCaptioner({ roomId, onNamed }: { roomId: string; onNamed: () => void }) {
  const [handle, setHandle] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const whom = bareHandle(handle);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy || !whom) return;
    setBusy(true);
    setError(null);
    try {
      const { account_id: id } = await readAccount(whom);
      await nameCaptioner(roomId, id);
      setHandle("");
    } catch (reason) {
      setError(sentence(reason));
    } finally {
      setBusy(false);
      onNamed();
    }
  };
  return (
    <form class="inline-form" onSubmit={(event) => void submit(event)}>
      <Field
        label="Handle"
        value={handle}
        onValue={setHandle}
        error={error}
        hint="Up to five people."
        input={OTHERS_HANDLE_INPUT}
      />
      <button type="submit" class="button" aria-disabled={busy || !whom}>
        Name captioner
      </button>
    </form>
  );
}
