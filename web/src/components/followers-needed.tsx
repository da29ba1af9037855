/** Why someone may not host yet: how many followers they have, and how many it takes. */

import { Link } from "wouter-preact";

export function Followers({ has, needs }: { has: number; needs: number }) {
  const missing = Math.max(0, needs - has);
  return (
    <section class="eligibility" role="alert" aria-labelledby="eligibility">
      <h2 id="eligibility">Not quite yet</h2>
      <p>
        Hosting is open to accounts with {needs.toLocaleString()} followers or more. You have{" "}
        {has.toLocaleString()}, so {missing.toLocaleString()} more to go.
      </p>
      <progress max={needs} value={has} aria-label="Followers on the way to hosting">
        {has} of {needs}
      </progress>
      <p class="note">Until then, speak in other people's rooms: that is how people find you.</p>
      <Link href="/" class="button">
        Live rooms
      </Link>
    </section>
  );
}
