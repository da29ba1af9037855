/** Reporting a person or a room to those who look after the platform. */

import { useState } from "preact/hooks";
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
  const [reason, setReason] = useState<NewReport["reason"]>("harassment");
  const [note, setNote] = useState("");
  const { busy, act } = useAct();
  const send = async () => {
    const body: NewReport = { reason, note: note.trim() };
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
        <Choice legend="What is wrong?" value={reason} onValue={setReason} options={CHOICES} />
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
