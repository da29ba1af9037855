/** The time, for parts of a page that count down. */

import { useEffect, useState } from "preact/hooks";
import { serverNow } from "../api/clock";

/** Milliseconds since the epoch as the server counts them, anew every second. */
export function useNow(): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
