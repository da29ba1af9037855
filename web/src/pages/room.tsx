/** A room: its door before I am in, the stage while I am, a summary afterwards. */

import { useEffect, useRef } from "preact/hooks";
import { readRoom } from "../api/rooms";
import { me } from "../auth/me";
import { useFreshStart } from "../components/fresh-start";
import { useLoad } from "../components/load";
import { Door } from "../components/room/door";
import { Inside } from "../components/room/inside";
import { Over, Refused } from "../components/room/over";
import { useTitle } from "../components/title";
import { useNews } from "../realtime/news";
import { enter, visit, wasIn } from "../room/current";
import { crossed } from "../room/threshold";
import type { Room } from "../types";

const AGAIN = 10_000;

export function RoomPage({ roomId }: { roomId: string }) {
  const current = visit.value?.roomId === roomId ? visit.value : null;
  const roster = current?.roster.value ?? null;
  const standing = current?.standing.value;
  const { value: room, error, reload } = useLoad(roomId, () => readRoom(roomId), AGAIN);
  const signInKnown = me.value !== undefined;
  useNews((news) => news.room.room_id === roomId, reload);
  useTitle(roster?.room.title ?? room?.title);
  useEffect(() => {
    if (!current && signInKnown && wasIn(roomId)) enter(roomId);
  }, [roomId, signInKnown]);
  const final = standing?.kind === "over" || standing?.kind === "refused";
  useFreshStart(final ? standing.kind : roster ? "inside" : "door");
  // The summary wants the room as it is after its end.
  useEffect(() => {
    if (standing?.kind === "over") reload();
  }, [standing?.kind]);

  const inside = roster !== null;
  // What was read while I was inside counts me.
  const counted = useRef<Room | undefined>(undefined);
  if (inside) counted.current = room;
  useEffect(() => {
    if (!inside) return undefined;
    return () => void crossed(roomId).then(reload);
  }, [roomId, inside]);

  if (standing?.kind === "refused") {
    const { code, sentence } = standing;
    // Following the host may take a while: whoever has gone on meanwhile is not fetched back.
    const retry = () => location.pathname === `/rooms/${roomId}` && enter(roomId);
    return <Refused room={room} code={code} sentence={sentence} onRetry={retry} />;
  }
  if (standing?.kind === "over" && standing.reason !== "left") {
    return (
      <Over room={room ?? roster?.room} reason={standing.reason} onReturn={() => enter(roomId)} />
    );
  }
  if (current && standing && standing.kind !== "over" && roster) {
    return <Inside visit={current} roster={roster} standing={standing} />;
  }
  if (room?.state === "ended" || room?.state === "cancelled")
    return <Over room={room} reason={room.taken_down ? "taken_down" : room.state} />;
  const pending = standing?.kind === "over" ? undefined : standing;
  return (
    <Door
      room={room}
      stale={room === counted.current}
      error={error}
      standing={pending}
      onEnter={() => enter(roomId)}
      onChange={reload}
    />
  );
}
