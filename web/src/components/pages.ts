/** A list that the API gives page by page, read further as somebody wants more of it. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Page } from "../types";

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
  extended: boolean;
  error?: unknown;
}

const NOTHING = { extended: false };

/**
 * `read` is given a cursor, null for the first page. The list is another whenever `key` is, and
 * none as long as that is null.
 */
export function usePages<Item>(
  key: string | null,
  read: (cursor: string | null) => Promise<Page<Item>>,
): Pages<Item> {
  const [state, setState] = useState<State<Item>>(NOTHING);
  const [busy, setBusy] = useState(false);
  const reader = useRef(read);
  reader.current = read;
  const turn = useRef(0);
  const load = useCallback((cursor: string | null) => {
    const mine = ++turn.current;
    setBusy(true);
    reader
      .current(cursor)
      .then(
        ({ items, next }) =>
          mine === turn.current &&
          setState((last) => ({
            items: cursor === null ? items : [...(last.items ?? []), ...items],
            next,
            extended: cursor !== null,
          })),
        (error: unknown) => mine === turn.current && setState((last) => ({ ...last, error })),
      )
      .finally(() => mine === turn.current && setBusy(false));
  }, []);
  useEffect(() => {
    setState(NOTHING);
    if (key !== null) load(null);
  }, [key]);
  const { next } = state;
  return {
    items: state.items,
    error: state.error,
    busy,
    extended: state.extended,
    more: next ? () => load(next) : null,
    reload: () => load(null),
  };
}
