/** My controls: speak or ask to, react, more, leave. */

import { Hand, Mic, MicOff, Smile } from "lucide-preact";
import { useLocation } from "wouter-preact";
import { raiseHand, react } from "../../api/rooms";
import { me } from "../../auth/me";
import { EMOJI } from "../../room/reactions";
import type { Roster } from "../../room/roster";
import type { Visit } from "../../room/visit";
import { onStage } from "../../types";
import { attempt, useAct } from "../act";
import { Tray } from "../tray";
import { LeaveButton } from "./leave";
import { More } from "./more";

interface Props {
  visit: Visit;
  roster: Roster;
}

export function Controls({ visit, roster }: Props) {
  const { room, you } = roster;
  return (
    <section class="controls" aria-label="Your controls">
      <LeaveButton roster={roster} />
      {onStage(you.role) ? <Voice visit={visit} /> : <Ask visit={visit} roster={roster} />}
      {me.value && (
        <Tray label="React" icon={<Smile aria-hidden="true" />}>
          {() => (
            <div class="emoji">
              {EMOJI.map(([emoji, name]) => (
                <button
                  key={emoji}
                  type="button"
                  aria-label={name}
                  onClick={() => void attempt(() => react(room.room_id, emoji))}
                >
                  {emoji}
                </button>
              ))}
            </div>
          )}
        </Tray>
      )}
      <More visit={visit} roster={roster} />
    </section>
  );
}

/** Never busy: whoever wants silence has it, though an answer is late. */
function Voice({ visit }: { visit: Visit }) {
  const { muted } = visit.voice.microphone;
  const state = visit.voice.microphone.state.value;
  const silent = muted || state !== "on";
  const press = async () => {
    if (state === "on") await visit.setMuted(!muted);
    else if ((await visit.voice.open()) && muted) await visit.setMuted(false);
  };
  return (
    <button
      type="button"
      class={silent ? "control main" : "control main hot"}
      aria-label={silent ? "Unmute microphone" : "Mute microphone"}
      onClick={() => void attempt(press)}
    >
      {silent ? <MicOff aria-hidden="true" /> : <Mic aria-hidden="true" />}
      <span class="control-label">{silent ? "Unmute" : "Mute"}</span>
    </button>
  );
}

/** A listener's ways to the stage: walk up where the room allows it, or raise a hand. */
function Ask({ visit, roster }: Props) {
  const [, navigate] = useLocation();
  const { busy, act } = useAct();
  const { room, you } = roster;
  if (!me.value) {
    return (
      <button
        type="button"
        class="control main"
        onClick={() => navigate(`/sign-in?to=/rooms/${room.room_id}`)}
      >
        <Hand aria-hidden="true" />
        <span class="control-label">Sign in to speak</span>
      </button>
    );
  }
  const walkUp = room.who_may_speak === "everyone";
  return (
    <>
      {walkUp && (
        <button
          type="button"
          class="control main"
          aria-disabled={busy}
          onClick={() => act(() => visit.takeStage())}
        >
          <Mic aria-hidden="true" />
          <span class="control-label">Take the stage</span>
        </button>
      )}
      <button
        type="button"
        class={["control", !walkUp && "main", you.hand && "hot"].filter(Boolean).join(" ")}
        aria-disabled={busy}
        onClick={() => act(() => (you.hand ? visit.lowerHand() : raiseHand(room.room_id)))}
      >
        <Hand aria-hidden="true" />
        <span class="control-label">{you.hand ? "Lower hand" : "Raise hand"}</span>
      </button>
    </>
  );
}
