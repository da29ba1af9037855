/** The captions of a room that is over, for those who may read them. */

import { useEffect, useMemo } from "preact/hooks";
import { me } from "../auth/me";
import type { RoomFacts } from "../types";
import { CaptionPanel } from "./panel";
import { CaptionSource } from "./source";

export function KeptCaptions({ room }: { room: RoomFacts }) {
  const source = useMemo(() => new CaptionSource(room.room_id), [room.room_id]);
  const mine = me.value?.account_id;
  useEffect(() => {
    source.meet([room.host, ...room.cohosts]);
    source.open();
    return () => source.close();
  }, [source]);
  if (source.transcript.value.lines.length === 0) return null;
  const runs = [room.host, ...room.cohosts].some((one) => one.account_id === mine);
  return (
    <CaptionPanel
      source={source}
      you={mine === undefined ? null : { account_id: mine, runs }}
      live={false}
    />
  );
}
