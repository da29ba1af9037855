/** The document's title, for tabs, history and screen readers. */

import { useEffect } from "preact/hooks";

export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Stoa` : "Stoa";
  }, [title]);
}
