/** What is needed less often: leaving the stage, muting all, captions, ending or reporting the room. */

import {
  ArrowDownToLine,
  Captions,
  CaptionsOff,
  CircleStop,
  Ellipsis,
  Flag,
  Mic,
  MicOff,
} from "lucide-preact";
import { useState } from "preact/hooks";
import { enableCaptions } from "../../api/captions";
import { changeRole, endRoom, muteAll } from "../../api/rooms";
import { me } from "../../auth/me";
import type { Roster } from "../../room/roster";
import { onStage, runsRoom } from "../../types";
import { useAct } from "../act";
import { Dialog } from "../dialog";
import { Tray } from "../tray";
import { ReportDialog } from "./report";

export function More({ roster }: { roster: Roster }) {
  const { room, you } = roster;
  const { busy, act } = useAct();
  const [asking, setAsking] = useState<"end" | "report" | null>(null);
  const done = () => setAsking(null);
  if (!me.value) return null;
  return (
    <>
      <Tray label="More" icon={<Ellipsis aria-hidden="true" />}>
        {(close) => {
          const item = (label: string, Icon: typeof Flag, deed: () => void, danger = false) => (
            <button
              type="button"
              class={danger ? "item danger" : "item"}
              onClick={() => {
                close();
                deed();
              }}
            >
              <Icon aria-hidden="true" />
              {label}
            </button>
          );
          return (
            <>
              {you.role === "listener" &&
                room.who_may_speak === "followed" &&
                item("Take the stage", Mic, () =>
                  act(() => changeRole(room.room_id, you.account_id, "speaker")),
                )}
              {onStage(you.role) &&
                you.role !== "host" &&
                item("Leave the stage", ArrowDownToLine, () =>
                  act(() => changeRole(room.room_id, you.account_id, "listener")),
                )}
              {runsRoom(you.role) &&
                item("Mute all", MicOff, () => act(() => muteAll(room.room_id)))}
              {you.role === "host" &&
                (room.captions.enabled
                  ? item("Turn captions off", CaptionsOff, () =>
                      act(() => enableCaptions(room.room_id, false)),
                    )
                  : item("Turn captions on", Captions, () =>
                      act(() => enableCaptions(room.room_id, true)),
                    ))}
              {you.role !== "host" && item("Report room", Flag, () => setAsking("report"))}
              {you.role === "host" && item("End room", CircleStop, () => setAsking("end"), true)}
            </>
          );
        }}
      </Tray>
      {asking === "report" && <ReportDialog roomId={room.room_id} onClose={done} />}
      {asking === "end" && (
        <Dialog title="End the room?" onClose={done}>
          <p>The sound stops for everyone, and the room can't be opened again.</p>
          <div class="actions">
            <button
              type="button"
              class="button danger"
              aria-disabled={busy}
              onClick={() => act(() => endRoom(room.room_id).then(done))}
            >
              End room for everyone
            </button>
            <button type="button" class="button quiet" onClick={done}>
              Keep it open
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
