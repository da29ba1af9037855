/** Free tickets for those whom the host invites, out of what is for sale. */

import { useState } from "preact/hooks";
import { giveTickets } from "../../api/offers";
import { toast } from "../../room/toasts";
import { refusal } from "../../tickets/refusal";
import { Field } from "../field";
import { bareHandle, OTHERS_HANDLE_INPUT } from "../handle";

interface Props {
  roomId: string;
  onGiven: () => void;
}

export function Comps({ roomId, onGiven }: Props) {
  const [handle, setHandle] = useState("");
  const [quantity, setQuantity] = useState("1");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const whom = bareHandle(handle);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await giveTickets(roomId, whom, Number(quantity));
      toast(`@${whom} has ${quantity === "1" ? "a ticket" : `${quantity} tickets`}.`);
      setHandle("");
      onGiven();
    } catch (reason) {
      setError(refusal(reason));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="inline-form" onSubmit={(event) => void submit(event)}>
      <Field
        label="Handle"
        value={handle}
        onValue={setHandle}
        error={error}
        input={OTHERS_HANDLE_INPUT}
      />
      <Field
        label="Tickets"
        value={quantity}
        onValue={setQuantity}
        input={{ type: "number", required: true, min: 1, max: 10 }}
      />
      <button type="submit" class="button" disabled={busy || !whom}>
        Give
      </button>
    </form>
  );
}
