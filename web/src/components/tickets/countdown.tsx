/** How long a hold lasts still, to see every second and to hear now and then. */

import { Timer } from "lucide-preact";
import { useEffect, useRef } from "preact/hooks";
import { aloud, clockFace, left } from "../../tickets/countdown";
import { useNow } from "../now";

interface Props {
  until: string;
  onEnd: () => void;
}

const SHORT = 60_000;

export function Countdown({ until, onEnd }: Props) {
  const remaining = left(until, useNow());
  const over = remaining === 0;
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    if (over) end.current();
  }, [over]);
  return (
    <span class="countdown" data-short={remaining < SHORT || undefined}>
      <Timer aria-hidden="true" />
      <span role="timer" aria-label="Time left to pay">
        {clockFace(remaining)}
      </span>
      <span class="hidden" role="status">
        {aloud(remaining)}
      </span>
    </span>
  );
}
