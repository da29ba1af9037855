/** Reporting a person or a room to those who look after the platform. */

import { useState } from "preact/hooks";
import { type Report, report } from "../../api/rooms";
import { toast } from "../../room/toasts";
import type { Person } from "../../types";
import { useAct } from "../act";
import { Dialog } from "../dialog";
import { Choice, Field } from "../field";

const REASONS = [
  ["harassment", "Harassment", null],
  ["hate", "Hate", null],
  ["violence", "Violence", null],
  ["self_harm", "Self-harm", null],
  ["sexual", "Sexual content", null],
  ["impersonation", "Impersonation", null],
  ["spam", "Spam or fraud", null],
  ["other", "Something else", null],
] as const;

interface Props {
  roomId: string;
  person?: Person;
  onClose: () => void;
}

export function ReportDialog({ roomId, person, onClose }: Props) {
  const [reason, setReason] = useState<(typeof REASONS)[number][0]>("harassment");
  const [note, setNote] = useState("");
  const { busy, act } = useAct();
  const send = async () => {
    const body: Report = { reason, note: note.trim() };
    if (person) body.account_id = person.account_id;
    await report(roomId, body);
    toast("Thank you. The report was sent.");
    onClose();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    act(send);
  };
  return (
    <Dialog title={`Report ${person?.name ?? "this room"}`} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Choice legend="What is wrong?" value={reason} onValue={setReason} options={REASONS} />
        <Field
          label="Note"
          value={note}
          onValue={setNote}
          multiline
          hint="What happened? Optional."
        />
        <button type="submit" class="button primary" disabled={busy}>
          Send report
        </button>
      </form>
    </Dialog>
  );
}
