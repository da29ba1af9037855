/** The way around a list of rooms: live or to come, how many were found, and what to do if none. */

import { SearchX } from "lucide-preact";
import { Link, useLocation } from "wouter-preact";
import { ApiError, sentence } from "../../api/problem";
import { EVERYTHING, isNarrow, type Wanted, writeWanted } from "../../discovery/query";
import type { Room } from "../../types";
import type { Pages } from "../pages";

const TABS = [
  ["/", "Live now"],
  ["/upcoming", "Coming up"],
] as const;

/** Both lists, each with what is looked for in the other. */
export function RoomTabs({ wanted }: { wanted: Wanted }) {
  const [path] = useLocation();
  const search = writeWanted({ ...wanted, whose: "all" });
  return (
    <nav class="tabs" aria-label="Rooms">
      {TABS.map(([href, words]) => (
        <Link key={href} href={href + search} aria-current={path === href ? "page" : undefined}>
          {words}
        </Link>
      ))}
    </nav>
  );
}

/** Says what became of looking, aloud too; nothing while there is something to see. */
export function Found({ pages, wanted }: { pages: Pages<Room>; wanted: Wanted }) {
  const { items, error } = pages;
  const count = items?.length ?? 0;
  const many = `${count}${pages.more ? " or more" : ""} ${count === 1 ? "room" : "rooms"} found.`;
  return (
    <>
      <p class="hidden" role="status">
        {items && isNarrow(wanted) && many}
      </p>
      {error !== undefined && !isBadQuery(error) && (
        <p class="banner" role="alert">
          {sentence(error)}
        </p>
      )}
    </>
  );
}

interface NothingFitsProps {
  words: string;
  onWanted: (change: Partial<Wanted>) => void;
}

export function NothingFits({ words, onWanted }: NothingFitsProps) {
  return (
    <div class="empty">
      <SearchX class="empty-icon" aria-hidden="true" />
      <h2>{words}</h2>
      <p>Try other words, or fewer of them.</p>
      <button type="button" class="button primary" onClick={() => onWanted(EVERYTHING)}>
        Show everything
      </button>
    </div>
  );
}

/** Nothing that was typed is a word: nothing fits, then. */
export function nothingFits({ items, error }: Pages<Room>, wanted: Wanted): boolean {
  return isBadQuery(error) || (items?.length === 0 && isNarrow(wanted));
}

function isBadQuery(error: unknown): boolean {
  return error instanceof ApiError && error.code === "bad_query";
}
