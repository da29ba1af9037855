/** The end of a list that goes on. */

import type { Pages } from "./pages";

export function MoreButton({ pages }: { pages: Pages<unknown> }) {
  const { more, busy } = pages;
  if (!more) return null;
  return (
    <button
      type="button"
      class="button quiet more-button"
      aria-disabled={busy}
      onClick={() => busy || more()}
    >
      {busy ? "One moment…" : "Show more"}
    </button>
  );
}
