/** Reading from the API for a page: once, and again every so often while it is looked at. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<Value> {
  value: Value | undefined;
  error: unknown;
  /** Reads again now. */
  reload: () => void;
}

/** `read` runs anew whenever `key` changes; `every` is in milliseconds. An error keeps the last value. */
export function useLoad<Value>(
  key: string,
  read: () => Promise<Value>,
  every?: number,
): Loaded<Value> {
  const [state, setState] = useState<{ key: string; value?: Value; error?: unknown }>({ key });
  const reader = useRef(read);
  reader.current = read;
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    // An answer that a newer question has overtaken is of no interest.
    const settle = (found: { value?: Value; error?: unknown }) => {
      if (mine !== turn.current) return;
      setState((last) => ({ ...(last.key === key ? last : {}), error: undefined, ...found, key }));
    };
    reader.current().then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error }),
    );
  }, [key]);
  useEffect(() => {
    reload();
    if (every === undefined) return;
    const look = () => document.visibilityState === "visible" && reload();
    const timer = setInterval(look, every);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [reload, every]);
  const current = state.key === key;
  return {
    value: current ? state.value : undefined,
    error: current ? state.error : undefined,
    reload,
  };
}
