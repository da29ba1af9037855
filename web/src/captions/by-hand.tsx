/** A captioner's own box: who speaks, and what they say, a line at a time. */

import { signal } from "@preact/signals";
import { SendHorizontal, X } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { writeLine } from "../api/captions";
import { serverNow } from "../api/clock";
import { sentence } from "../api/problem";
import type { Roster } from "../room/roster";
import type { Person } from "../types";
import type { CaptionSource } from "./source";

const MAX = 500;
/** No line lasts longer, by the API. */
const LONGEST = 60_000;

/** The room that I write captions for by hand. */
export const writing = signal<string | null>(null);

interface Props {
  source: CaptionSource;
  roster: Roster;
}

export function ByHand({ source, roster }: Props) {
  const { room, stage, speaking } = roster;
  const [text, setText] = useState("");
  /** Whom I chose, until they leave the stage; before that it is whoever speaks. */
  const [picked, setPicked] = useState<string | null>(null);
  /** A line stays with whom it was begun for, should they leave, and has begun then. */
  const [begun, setBegun] = useState<{ by: Person; at: number } | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const busy = useRef(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const speaker =
    begun?.by ??
    stage.find((one) => one.account_id === picked) ??
    stage.find((one) => speaking.has(one.account_id)) ??
    stage[0];
  const gone = speaker && !stage.some((one) => one.account_id === speaker.account_id);
  // The room's clock begins when the room does.
  const clock = () => Math.max(0, serverNow() - Date.parse(room.started_at ?? ""));
  const type = (typed: string) => {
    const line = typed.replace(/\s*[\r\n]+\s*/g, " ");
    setText(line);
    if (!line.trim()) setBegun(null);
    else if (!begun && speaker) setBegun({ by: speaker, at: clock() });
  };
  const send = async () => {
    const said = text.trim();
    if (busy.current || !said || !speaker) return;
    busy.current = true;
    setRefusal(null);
    const ends = clock();
    try {
      const line = await writeLine(room.room_id, {
        speaker_account_id: speaker.account_id,
        text: said,
        starts_ms: Math.max(begun?.at ?? ends, ends - LONGEST),
        ends_ms: ends,
      });
      source.take({ type: "caption", line });
      // What was typed on meanwhile is the next line.
      setText((now) => (now.startsWith(text) ? now.slice(text.length).trimStart() : now));
      setBegun(null);
    } catch (error) {
      setRefusal(error);
    } finally {
      busy.current = false;
      field.current?.focus();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter picks a word.
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    void send();
  };
  return (
    <form
      class="by-hand"
      aria-label="Write captions"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="by-hand-who">
        <select
          aria-label="Who speaks"
          value={speaker?.account_id ?? ""}
          onChange={({ currentTarget: { value } }) => {
            const by = stage.find((one) => one.account_id === value);
            setPicked(value);
            if (begun && by) setBegun({ ...begun, by });
          }}
        >
          {!speaker && <option value="">Nobody is on stage</option>}
          {(gone ? [speaker, ...stage] : stage).map(({ account_id: id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="icon-button"
          aria-label="Stop writing captions"
          onClick={() => (writing.value = null)}
        >
          <X aria-hidden="true" />
        </button>
      </div>
      <div class="by-hand-line">
        <textarea
          ref={field}
          rows={2}
          value={text}
          maxLength={MAX}
          dir="auto"
          placeholder="What is said; Enter sends it"
          aria-label="What is said"
          aria-describedby={refusal === null ? undefined : "by-hand-note"}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="submit"
          class="icon-button"
          aria-label="Send the line"
          aria-disabled={!text.trim() || !speaker}
        >
          <SendHorizontal aria-hidden="true" />
        </button>
      </div>
      {refusal !== null && (
        <p id="by-hand-note" class="note error" role="alert">
          {sentence(refusal)}
        </p>
      )}
    </form>
  );
}
