/** Giving a ticket to another account. */

import { useState } from "preact/hooks";
import { sentence } from "../../api/problem";
import { giveTicket } from "../../api/tickets";
import { toast } from "../../room/toasts";
import type { Ticket } from "../../tickets/types";
import { Dialog } from "../dialog";
import { Field } from "../field";
import { bareHandle, OTHERS_HANDLE_INPUT } from "../handle";

interface Props {
  ticket: Ticket;
  onGiven: () => void;
  onClose: () => void;
}

export function GiveDialog({ ticket, onGiven, onClose }: Props) {
  const [handle, setHandle] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const given = await giveTicket(ticket.ticket_id, bareHandle(handle));
      toast(`${given.holder.name} has the ticket now.`);
      onGiven();
      onClose();
    } catch (refusal) {
      setError(sentence(refusal));
      setBusy(false);
    }
  };
  return (
    <Dialog title="Give it to somebody" onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <p>They can come in instead of you. You can't take it back, nor give it back for money.</p>
        <Field
          label="Their handle"
          value={handle}
          onValue={setHandle}
          error={error}
          input={{ ...OTHERS_HANDLE_INPUT, autoFocus: true }}
        />
        <button type="submit" class="button primary" disabled={busy || !handle.trim()}>
          Give the ticket
        </button>
      </form>
    </Dialog>
  );
}
