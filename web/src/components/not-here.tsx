/** What a link leads to isn't there or can't be had: why, and the way on. */

import { Link } from "wouter-preact";
import { ApiError, sentence } from "../api/problem";
import { useTitle } from "./title";

interface Props {
  /** Should it not exist: "There is no such room". */
  heading: string;
  /** What came of asking for it; without it, nothing by that name exists. */
  error?: unknown;
}

export function NotHere({ heading, error }: Props) {
  const gone = error === undefined || (error instanceof ApiError && error.status === 404);
  useTitle(gone ? "Not found" : undefined);
  return (
    <div class="page narrow">
      <h1>{gone ? heading : sentence(error)}</h1>
      {gone && <p class="lead">The link may be old, or mistyped.</p>}
      <Link href="/" class="button primary">
        Live rooms
      </Link>
    </div>
  );
}
