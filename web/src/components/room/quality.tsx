/** "Is it me?": a button, and behind it my connection beside the room's, with a verdict. */

import { CircleCheck, Signal, TriangleAlert } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { Figures } from "../../quality/figures";
import { judge, LIMITS, type Verdict } from "../../quality/verdict";
import type { Watch } from "../../quality/watch";
import { find, type Roster } from "../../room/roster";
import type { RoomQuality } from "../../types";
import { Dialog } from "../dialog";

/** Where there is no figure. */
const NOTHING = "–";

interface Props {
  watch: Watch;
  roster: Roster;
}

export function Quality({ watch, roster }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label="Connection quality"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Signal aria-hidden="true" />
      </button>
      {open && (
        <Dialog title="Is it me?" onClose={() => setOpen(false)}>
          <Report watch={watch} roster={roster} />
        </Dialog>
      )}
    </>
  );
}

function Report({ watch, roster }: Props) {
  useEffect(() => {
    watch.open();
    return () => watch.close();
  }, [watch]);
  const { mine } = watch;
  const room = watch.room.value;
  const me = roster.you.account_id;
  const verdict = judge(mine, room, me);
  const well = verdict.who === "well" || verdict.who === "unknown";
  return (
    <div class="quality">
      <p class="verdict" role="status" data-who={verdict.who}>
        {well ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
        {words(verdict, roster)}
      </p>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">You</th>
            <th scope="col">The room</th>
          </tr>
        </thead>
        <tbody>
          {rows(mine, room).map(([name, yours, everyones]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{yours}</td>
              <td>{everyones}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {room !== null && room.speakers.length > 0 && (
        <table>
          <caption>How speakers reach the room</caption>
          <thead>
            <tr>
              <td />
              <th scope="col">Lost</th>
              <th scope="col">Made up</th>
            </tr>
          </thead>
          <tbody>
            {room.speakers.map(({ account_id: id, loss, concealed }) => (
              <tr key={id}>
                <th scope="row">{id === me ? "You" : nameOf(roster, id)}</th>
                <td>{percent(loss)}</td>
                <td>{percent(concealed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="note">
        Measured over the last ten seconds. Under “The room”, sound made up and buffered are the
        worst of all speakers; the rest is what a typical listener has. The server sends sound every
        20 ms: one hears it pause from {LIMITS.gap} ms on.
      </p>
    </div>
  );
}

function words(verdict: Verdict, roster: Roster): string {
  switch (verdict.who) {
    case "unknown":
      return "Measuring…";
    case "well":
      return "All is well.";
    case "server":
      return "It is the room's server. Nothing that you could mend.";
    case "you":
      return verdict.way === "in"
        ? "It is your connection. Come closer to your router, or try another network."
        : "It is your connection: what you say reaches the room in pieces.";
    case "speaker":
      return `It is the speaker's connection: ${nameOf(roster, verdict.account_id)}.`;
  }
}

function rows(mine: Figures | null, room: RoomQuality | null): [string, string, string][] {
  const worst = (values: number[] | undefined) => (values?.length ? Math.max(...values) : null);
  const concealed = worst(room?.speakers.map((speaker) => speaker.concealed));
  const buffered = worst(room?.speakers.map((speaker) => speaker.delay_ms));
  return [
    ["Round trip", time(mine?.roundTrip), time(room?.round_trip_ms?.median)],
    ["Packets lost", percent(mine?.loss), percent(room?.loss?.median)],
    ["Sound made up", percent(mine?.concealed), percent(concealed)],
    ["Jitter", time(mine?.jitter), time(room?.jitter_ms?.median)],
    ["Buffered", time(mine?.buffered), time(buffered)],
    ["Server's longest pause", NOTHING, time(room?.longest_gap_ms)],
  ];
}

function nameOf(roster: Roster, accountId: string): string {
  return find(roster, accountId)?.name ?? "Someone who left";
}

function time(milliseconds: number | null | undefined): string {
  return milliseconds == null ? NOTHING : `${Math.round(milliseconds)} ms`;
}

function percent(share: number | null | undefined): string {
  return share == null ? NOTHING : `${(100 * share).toFixed(1)} %`;
}
