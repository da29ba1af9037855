/** A new view starts at its top, and so do keyboard and screen reader. */

import { useEffect, useRef } from "preact/hooks";

/** Does so whenever `view` is another than before. */
export function useFreshStart(view: string): void {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) {
      const main = document.querySelector<HTMLElement>("main");
      const field = main?.querySelector<HTMLElement>("[autofocus]");
      window.scrollTo(0, 0);
      (field ?? main)?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [view]);
}
