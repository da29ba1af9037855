/** Putting a line right where it stands. */

import { useEffect, useRef, useState } from "preact/hooks";
import { correctLine } from "../api/captions";
import { ApiError, sentence } from "../api/problem";
import type { CaptionLine } from "../types";
import type { CaptionSource } from "./source";

const MAX = 500;
const MARGIN = 12;

interface Props {
  line: CaptionLine;
  name: string;
  source: CaptionSource;
  onDone: () => void;
}

export function Correction({ line, name, source, onDone }: Props) {
  const [text, setText] = useState(line.text);
  const [busy, setBusy] = useState(false);
  const [note, setNote] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.select();
    bringIntoSight(field.current?.form);
  }, []);
  const save = async () => {
    if (busy) return;
    const wanted = text.trim();
    if (!wanted || wanted === line.text) return onDone();
    setBusy(true);
    try {
      const corrected = await correctLine(source.roomId, line, wanted);
      source.take({ type: "caption.corrected", line: corrected });
      onDone();
    } catch (error) {
      const now = changed(error);
      if (now) source.take({ type: "caption.corrected", line: now });
      // The answer to a first try was lost.
      if (now?.text === wanted) return onDone();
      setNote(now ? already(now) : sentence(error));
      setBusy(false);
      field.current?.focus();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter picks a word.
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      void save();
    } else if (event.key === "Escape") onDone();
  };
  return (
    <form
      class="correction"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        ref={field}
        value={text}
        rows={2}
        maxLength={MAX}
        dir="auto"
        aria-label={`What ${name === "You" ? "you" : name} said`}
        aria-describedby={note ? `note-${line.line_id}` : undefined}
        onInput={(event) => setText(event.currentTarget.value.replace(/\s*[\r\n]+\s*/g, " "))}
        onKeyDown={onKeyDown}
      />
      {note && (
        <p class="note error" id={`note-${line.line_id}`} role="alert">
          {note}
        </p>
      )}
      <div class="actions">
        <button type="submit" class="button small primary" aria-disabled={busy}>
          Save
        </button>
        <button type="button" class="button small quiet" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** Scrolls the log only: the browser's own way would move the page as well. */
function bringIntoSight(form: HTMLElement | null | undefined): void {
  const log = form?.closest(".caption-log");
  if (!form || !log) return;
  const hidden = form.getBoundingClientRect().bottom - log.getBoundingClientRect().bottom;
  if (hidden > -MARGIN) log.scrollTop += hidden + MARGIN;
}

/** The line as it is now, if that is why. */
function changed(error: unknown): CaptionLine | undefined {
  if (!(error instanceof ApiError && error.code === "stale_revision")) return undefined;
  return error.problem["line"] as CaptionLine | undefined;
}

function already({ text }: CaptionLine): string {
  return `Someone else has just changed it to “${text}”. Save again to put yours in its place.`;
}
