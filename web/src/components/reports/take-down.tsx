/** Asks a moderator before a room is taken down, and says what it comes to. */

import { useState } from "preact/hooks";
import { takeDown } from "../../api/reports";
import { toast } from "../../room/toasts";
import type { Room, RoomBrief } from "../../types";
import { attempt } from "../act";
import { Check } from "../check";
import { Confirm } from "../confirm";

interface Props {
  room: RoomBrief;
  /** Settles the report that led here; null if it is settled. */
  settle: (() => Promise<void>) | null;
  onDown: (room: Room) => void;
  /** Whoever was refused has not seen the room as it is. */
  onRefused: () => void;
  onClose: () => void;
}

export function TakeDown({ room, settle, onDown, onRefused, onClose }: Props) {
  const [series, setSeries] = useState(false);
  const [settles, setSettles] = useState(true);
  const live = room.state === "live";
  const deed = async () => {
    const down = await takeDown(room, series).catch((error: unknown) => {
      onRefused();
      throw error;
    });
    toast("The room was taken down.");
    onDown(down);
    // What fails of this is told, and can be done by its own button: the room is down.
    if (settles && settle) await attempt(settle);
  };
  return (
    <Confirm
      title="Take this room down?"
      yes="Take it down"
      no="Leave it"
      onYes={deed}
      onClose={onClose}
    >
      <p>
        <strong dir="auto">{room.title}</strong>
      </p>
      <p>{live ? LIVE : SCHEDULED}</p>
      {room.access === "ticketed" && <p>{live ? EARNED : REFUNDED}</p>}
      {!live && (
        <Check checked={series} onChecked={setSeries}>
          If it comes every week, the whole series ends with it.
        </Check>
      )}
      {settle && (
        <Check checked={settles} onChecked={setSettles}>
          Settle this report with it.
        </Check>
      )}
    </Confirm>
  );
}

const LIVE =
  "Everybody is out of it at once and reads that a moderator took it down. It can't be opened again.";
const SCHEDULED = "It won't take place, and can't be brought back. Whoever waits for it is told.";
const EARNED = "Tickets are not refunded by this: the host has earned what was sold.";
const REFUNDED = "Everyone who has bought a ticket gets all of their money back.";
