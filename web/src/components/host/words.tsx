/** The words that a room's captions should get right: one or a phrase a line. */

import { useId, useState } from "preact/hooks";
import { readWords, writeWords } from "../../api/captions";
import { sentence } from "../../api/problem";
import { problem, withLearned, wordsIn } from "../../captions/words";
import { toast } from "../../room/toasts";
import { useLoad } from "../load";

export function Words({ roomId }: { roomId: string }) {
  const { value, error } = useLoad(`words ${roomId}`, () => readWords(roomId));
  if (value) return <Editor roomId={roomId} known={value} />;
  return error === undefined ? <p aria-busy="true" /> : <p class="note error">{sentence(error)}</p>;
}

function Editor({ roomId, known }: { roomId: string; known: string[] }) {
  const id = useId();
  const [before, setBefore] = useState(known);
  const [text, setText] = useState(() => known.join("\n"));
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const words = wordsIn(text);
  const wrong = problem(words) ?? (refusal === null ? null : sentence(refusal));
  const save = async (event: Event) => {
    event.preventDefault();
    if (busy || problem(words)) return;
    setBusy(true);
    setRefusal(null);
    try {
      const now = await readWords(roomId);
      const kept = await writeWords(roomId, withLearned(words, before, now));
      setBefore(kept);
      setText(kept.join("\n"));
      toast("The words are kept.");
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="words" onSubmit={(event) => void save(event)}>
      <div class="field">
        <label for={id}>Names and terms</label>
        <textarea
          id={id}
          rows={6}
          value={text}
          readOnly={busy}
          autocapitalize="none"
          spellcheck={false}
          dir="auto"
          aria-invalid={wrong ? true : undefined}
          aria-describedby={`${id}-note`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <p
          id={`${id}-note`}
          class={wrong ? "note error" : "note"}
          role={wrong ? "alert" : undefined}
        >
          {wrong ?? "One a line, as they are written. Corrections of captions add to them."}
        </p>
      </div>
      <button type="submit" class="button" aria-disabled={busy || problem(words) !== null}>
        Save words
      </button>
    </form>
  );
}
