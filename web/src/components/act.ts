/** Runs what a button does; a refusal becomes a toast. */

import { useCallback, useRef, useState } from "preact/hooks";
import { sentence } from "../api/problem";
import { toast } from "../room/toasts";

/** Runs a deed and tells its failure. */
export async function attempt(deed: () => Promise<unknown>): Promise<void> {
  try {
    await deed();
  } catch (error) {
    toast(sentence(error));
  }
}

/**
 * `act` attempts a deed, unless one is still under way; `busy` while it is.
 * Say so by `aria-disabled`: a button that is really disabled would lose the focus.
 */
export function useAct(): { busy: boolean; act: (deed: () => Promise<unknown>) => void } {
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const act = useCallback((deed: () => Promise<unknown>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    void attempt(deed).finally(() => {
      running.current = false;
      setBusy(false);
    });
  }, []);
  return { busy, act };
}
