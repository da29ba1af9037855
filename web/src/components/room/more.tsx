/** What is needed less often: sound, leaving the stage, the host's own, reporting the room. */

import {
  ArrowDownToLine,
  Captions,
  CaptionsOff,
  CircleStop,
  Ellipsis,
  Flag,
  Mic,
  MicOff,
  Pencil,
  ScrollText,
  Volume2,
} from "lucide-preact";
import { useState } from "preact/hooks";
import { enableCaptions } from "../../api/captions";
import { endRoom, muteAll } from "../../api/rooms";
import { me } from "../../auth/me";
import type { Roster } from "../../room/roster";
import type { Visit } from "../../room/visit";
import { onStage, runsRoom } from "../../types";
import { useAct } from "../act";
import { Confirm } from "../confirm";
import { BackstageDialog, COHOSTS, HOSTS } from "../host/backstage";
import { Tray } from "../tray";
import { CaptionerItem } from "./captioner-item";
import { EditDialog } from "./edit";
import { ReportDialog } from "./report";
import { SoundDialog } from "./sound";

interface Props {
  visit: Visit;
  roster: Roster;
}

export function More({ visit, roster }: Props) {
  const { room, you } = roster;
  const { act } = useAct();
  const [asking, setAsking] = useState<
    "backstage" | "edit" | "end" | "report" | "sound" | null
  >(null);
  const done = () => setAsking(null);
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
              {me.value && <CaptionerItem roomId={room.room_id} onChosen={close} />}
              {me.value &&
                you.role === "listener" &&
                room.who_may_speak === "followed" &&
                item("Take the stage", Mic, () => act(() => visit.takeStage()))}
              {onStage(you.role) &&
                you.role !== "host" &&
                item("Leave the stage", ArrowDownToLine, () => act(() => visit.leaveStage()))}
              {runsRoom(you.role) &&
                item("Mute all", MicOff, () => act(() => muteAll(room.room_id)))}
              {item("Sound", Volume2, () => setAsking("sound"))}
              {you.role === "host" && item("Edit room", Pencil, () => setAsking("edit"))}
              {you.role === "host" &&
                (room.captions.enabled
                  ? item("Turn captions off", CaptionsOff, () =>
                      act(() => enableCaptions(room.room_id, false)),
                    )
                  : item("Turn captions on", Captions, () =>
                      act(() => enableCaptions(room.room_id, true)),
                    ))}
              {runsRoom(you.role) &&
                item(you.role === "host" ? HOSTS : COHOSTS, ScrollText, () =>
                  setAsking("backstage"),
                )}
              {me.value &&
                you.role !== "host" &&
                item("Report room", Flag, () => setAsking("report"))}
              {you.role === "host" && item("End room", CircleStop, () => setAsking("end"), true)}
            </>
          );
        }}
      </Tray>
      {asking === "sound" && <SoundDialog visit={visit} onClose={done} />}
      {asking === "backstage" && (
        <BackstageDialog roomId={room.room_id} hosts={you.role === "host"} onClose={done} />
      )}
      {asking === "edit" && <EditDialog room={room} onClose={done} />}
      {asking === "report" && <ReportDialog roomId={room.room_id} onClose={done} />}
      {asking === "end" && (
        <Confirm
          title="End the room?"
          yes="End room for everyone"
          no="Keep it open"
          onYes={() => endRoom(room.room_id)}
          onClose={done}
        >
          <p>The sound stops for everyone, and the room can't be opened again.</p>
        </Confirm>
      )}
    </>
  );
}
