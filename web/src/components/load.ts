/** Reading from the API for a page: once, and again every so often while it is looked at. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { mayPass } from "../api/problem";

const RETRY = 5_000;

export interface Loaded<Value> {
  value: Value | undefined;
  error: unknown;
  /** Reads again now. */
  reload: () => void;
}

/** Milliseconds until it is read again, which may depend on what was read; undefined: never. */
type Pace<Value> = number | undefined | ((value: Value | undefined) => number | undefined);

/** `read` runs anew whenever `key` changes. An error keeps the last value. */
export function useLoad<Value>(
  key: string,
  read: () => Promise<Value>,
  every?: Pace<Value>,
): Loaded<Value> {
  const [state, setState] = useState<{ key: string; value?: Value; error?: unknown }>({ key });
  const reader = useRef(read);
  reader.current = read;
  const turn = useRef(0);
  const told = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    // An answer that a newer one has overtaken is of no interest; a slow one is all there is.
    const settle = (found: { value?: Value; error?: unknown }) => {
      if (mine < told.current) return;
      told.current = mine;
      setState((last) => ({ ...(last.key === key ? last : {}), error: undefined, ...found, key }));
    };
    reader.current().then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error }),
    );
  }, [key]);
  const current = state.key === key;
  const value = current ? state.value : undefined;
  const error = current ? state.error : undefined;
  const given = typeof every === "function" ? every(value) : every;
  const pace = given ?? retry(value, error);
  useEffect(reload, [reload]);
  useEvery(pace, reload);
  return { value, error, reload };
}

/** Milliseconds until who has nothing to show tries again; undefined: never. */
export function retry(shown: unknown, error: unknown): number | undefined {
  return shown === undefined && error !== undefined && mayPass(error) ? RETRY : undefined;
}

/** Looks every so many milliseconds while somebody looks at the page, and when they are back. */
export function useEvery(pace: number | undefined, look: () => void): void {
  const current = useRef(look);
  current.current = look;
  useEffect(() => {
    if (pace === undefined) return;
    const seen = () => document.visibilityState === "visible" && current.current();
    const timer = setInterval(seen, pace);
    document.addEventListener("visibilitychange", seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [pace]);
}
