/** Asking, with a bound: a network that has gone away may keep a request for minutes. */

import { Unreachable } from "./problem";

/** In milliseconds; the gateway itself waits no longer. */
const PATIENCE = 30_000;

/** The answer, as soon as it begins; Unreachable if there is none within `patience`. */
export async function answered(request: Request, patience = PATIENCE): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patience);
  try {
    return await fetch(request, { signal: late.signal });
  } catch (error) {
    throw new Unreachable("no answer", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
