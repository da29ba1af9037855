/** The stage: everyone who can be heard, ringed while they speak. */

import { MicOff } from "lucide-preact";
import { FlightsOf } from "./flights";
import { Avatar } from "../avatar";
import type { Roster } from "../../room/roster";
import type { Member, Role } from "../../types";

export const ROLES: Record<Role, string> = {
  host: "Host",
  cohost: "Co-host",
  speaker: "Speaker",
  listener: "Listener",
};

interface Props {
  roster: Roster;
  onChoose: (accountId: string) => void;
}

export function Stage({ roster, onChoose }: Props) {
  const size = roster.stage.length > 6 ? "m" : "l";
  return (
    <ul class="stage" aria-label="On stage" data-size={size}>
      {roster.stage.map((member) => (
        <Seat
          key={member.account_id}
          member={member}
          size={size}
          you={member.account_id === roster.you.account_id}
          speaking={roster.speaking.has(member.account_id) && !member.muted}
          onChoose={onChoose}
        />
      ))}
    </ul>
  );
}

interface SeatProps {
  member: Member;
  size: "m" | "l";
  you: boolean;
  speaking: boolean;
  onChoose: (accountId: string) => void;
}

function Seat({ member, size, you, speaking, onChoose }: SeatProps) {
  const { account_id: id, name, role, muted } = member;
  const part = you ? `${ROLES[role]}, you` : ROLES[role];
  const label = [name, part, muted && "muted", speaking && "speaking"];
  return (
    <li class="seat" data-speaking={speaking || undefined}>
      <button
        type="button"
        aria-label={label.filter(Boolean).join(", ")}
        onClick={() => onChoose(id)}
      >
        <span class="seat-face">
          <Avatar person={member} size={size} speaking={speaking} />
          {muted && (
            <span class="seat-muted">
              <MicOff aria-hidden="true" />
            </span>
          )}
          <FlightsOf accountId={id} />
        </span>
        <strong dir="auto">{name}</strong> <small>{part}</small>
      </button>
    </li>
  );
}
