/** Asks before something that can't be undone. */

import type { ComponentChildren } from "preact";
import { useAct } from "./act";
import { Dialog } from "./dialog";

interface Props {
  title: string;
  /** What the button that does it says, and what the one that does not. */
  yes: string;
  no: string;
  onYes: () => Promise<unknown>;
  onClose: () => void;
  /** What it will come to. */
  children: ComponentChildren;
}

/** Closes once it is done; a refusal is told and leaves the question open. */
export function Confirm({ title, yes, no, onYes, onClose, children }: Props) {
  const { busy, act } = useAct();
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <div class="actions">
        <button
          type="button"
          class="button danger"
          aria-disabled={busy}
          onClick={() => act(() => onYes().then(onClose))}
        >
          {yes}
        </button>
        <button type="button" class="button quiet" onClick={onClose}>
          {no}
        </button>
      </div>
    </Dialog>
  );
}
