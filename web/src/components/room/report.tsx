/** Reporting a person or a room to those who look after the platform. */

import { useRef, useState } from "preact/hooks";
import { type NewReport, report } from "../../api/reports";
import { toast } from "../../room/toasts";
import type { Person } from "../../types";
import { useAct } from "../act";
import { Dialog } from "../dialog";
import { Choice, Field } from "../field";
import { CHOICES } from "../reports/reasons";

interface Props {
  roomId: string;
  person?: Person;
  onClose: () => void;
}

export function ReportDialog({ roomId, person, onClose }: Props) {
  const [reason, setReason] = useState<NewReport["reason"] | null>(null);
  const [note, setNote] = useState("");
  // What is missing is told once somebody tries to send it.
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { busy, act } = useAct();
  const send = async (reason: NewReport["reason"]) => {
    const body: NewReport = { reason, note: note.trim() };
    if (person) body.account_id = person.account_id;
    await report(roomId, body);
    toast("Thank you. The report was sent.");
    onClose();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (reason) act(() => send(reason));
    else form.current?.querySelector("input")?.focus();
  };
  return (
    <Dialog title={`Report ${person?.name ?? "this room"}`} onClose={onClose}>
      <form ref={form} class="form" noValidate onSubmit={submit}>
        <Choice
          legend="What is wrong?"
          value={reason}
          onValue={setReason}
          options={CHOICES}
          error={tried && !reason ? "Choose what is wrong." : null}
        />
        <Field
          label="Note"
          value={note}
          onValue={setNote}
          multiline
          hint="What happened? Optional."
        />
        <button type="submit" class="button primary" aria-disabled={busy}>
          Send report
        </button>
      </form>
    </Dialog>
  );
}
