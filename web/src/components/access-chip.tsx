/** A small label on a room that not everyone can walk into. */

import { Ticket } from "lucide-preact";
import type { Access } from "../types";

export function AccessChip({ access }: { access: Access }) {
  if (access === "open") return null;
  return (
    <span class="chip">
      {access === "ticketed" && <Ticket aria-hidden="true" />}
      {access === "ticketed" ? "Ticketed" : "Followers"}
    </span>
  );
}
