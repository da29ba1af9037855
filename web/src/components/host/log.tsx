/** A room's log for its host: who did what to whom, and when. */

import { readLog } from "../../api/rooms";
import { sentence } from "../../api/problem";
import { me } from "../../auth/me";
import { told } from "../../room/deeds";
import { MoreButton } from "../more-button";
import { usePages } from "../pages";
import { timestamp } from "../when";

export function Log({ roomId }: { roomId: string }) {
  const pages = usePages(roomId, (cursor) => readLog(roomId, cursor));
  const { items, error } = pages;
  return (
    <>
      {error !== undefined && <p class="note error">{sentence(error)}</p>}
      <ol class="room-log" aria-busy={items === undefined && error === undefined}>
        {items?.map((entry) => (
          <li key={entry.entry_id}>
            <span dir="auto">{told(entry, me.value?.account_id)}</span>
            <time class="note" dateTime={entry.at}>
              {timestamp(entry.at)}
            </time>
          </li>
        ))}
      </ol>
      <MoreButton pages={pages} />
    </>
  );
}
