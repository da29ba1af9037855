/** No such page. */

import { Link } from "wouter-preact";
import { useTitle } from "../components/title";

export function MissingPage() {
  useTitle("Not found");
  return (
    <div class="page narrow">
      <h1>There is nothing here</h1>
      <p class="lead">The link may be old, or mistyped.</p>
      <Link href="/" class="button primary">
        Live rooms
      </Link>
    </div>
  );
}
