/** A list that the API gives page by page, read further as somebody wants more of it. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Page } from "../types";
import { retry, useEvery } from "./load";

export interface Pages<Item> {
  /** What was read so far; undefined until the first page is there. */
  items: Item[] | undefined;
  error: unknown;
  busy: boolean;
  /** More than the first page was read. */
  extended: boolean;
  /** Reads the next page; null if there is none. */
  more: (() => void) | null;
  /** Begins anew. */
  reload: () => void;
}

interface State<Item> {
  items?: Item[];
  next?: string | null;
  busy: boolean;
  extended: boolean;
  error?: unknown;
}

const NOTHING = { busy: false, extended: false };

/**
 * `read` is given a cursor, null for the first page. The list is another whenever `key` is, and
 * none as long as that is null.
 */
export function usePages<Item>(
  key: string | null,
  read: (cursor: string | null) => Promise<Page<Item>>,
): Pages<Item> {
  const [state, setState] = useState<State<Item>>(NOTHING);
  const reader = useRef(read);
  reader.current = read;
  const turn = useRef(0);
  /** Of the newest answer, or what it may not be older than. */
  const told = useRef(0);
  const load = useCallback((cursor: string | null) => {
    const mine = ++turn.current;
    const further = cursor !== null;
    if (further) {
      // What it goes on from has to stay.
      told.current = mine;
      setState((last) => ({ ...last, busy: true, extended: true }));
    }
    const settle = (change: (last: State<Item>) => State<Item>) => {
      if (mine < told.current) return;
      told.current = mine;
      setState(change);
    };
    reader.current(cursor).then(
      ({ items, next }) =>
        settle((last) => ({
          items: further ? [...(last.items ?? []), ...items] : items,
          next,
          busy: false,
          extended: further,
        })),
      (error: unknown) => settle((last) => ({ ...last, busy: false, error })),
    );
  }, []);
  useEffect(() => {
    setState(NOTHING);
    told.current = turn.current + 1;
    if (key !== null) load(null);
  }, [key]);
  const { items, next, busy, extended, error } = state;
  const reload = () => load(null);
  useEvery(key === null ? undefined : retry(items, error), reload);
  return { items, error, busy, extended, more: next ? () => load(next) : null, reload };
}
