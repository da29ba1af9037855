/** When a room begins: by the reader's clock, and by the host's if that shows another time. */

import { hostsClock } from "../room/schedule";
import { momentInZone } from "./when";

interface Props {
  room: { starts_at: string | null; zone: string | null };
  /** Before the time: "Starts". */
  lead?: string;
}

export function Starts({ room, lead = "" }: Props) {
  const { starts_at: start, zone } = room;
  if (!start) return <span>Time to be told</span>;
  const theirs = hostsClock(start, zone);
  return (
    <span class="starts-words">
      <time dateTime={start}>{`${lead} ${momentInZone(start)}`.trim()}</time>
      {theirs && <small>For the host: {theirs}</small>}
    </span>
  );
}
