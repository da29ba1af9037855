/** The day and time at which a room is to start, in the zone of whoever types it. */

import { serverNow } from "../api/clock";
import { bounds, fromTyped, startProblem, zoneInWords } from "../room/schedule";
import { Field } from "./field";

interface Props {
  label: string;
  value: string;
  onValue: (typed: string) => void;
}

export function StartField({ label, value, onValue }: Props) {
  const now = new Date(serverNow());
  return (
    <Field
      label={label}
      value={value}
      onValue={onValue}
      error={startProblem(value, now)}
      hint={`Your time: ${zoneInWords(fromTyped(value) ?? now)}`}
      input={{ type: "datetime-local", required: true, step: 60, ...bounds(now) }}
    />
  );
}
