/** A person's picture, or the initials on a colour that stays theirs; a ring while speaking. */

import { useState } from "preact/hooks";
import { pigment } from "../room/pigment";
import type { Person } from "../types";

interface Props {
  person: Person;
  size: "s" | "m" | "l" | "xl";
  speaking?: boolean;
  /** The person is in a live room. */
  live?: boolean;
}

/** Decorative: the name stands beside it. */
export function Avatar({ person, size, speaking = false, live = false }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  const { avatar_url: url } = person;
  const shown = url && url !== broken && /^(https?:)?\//.test(url);
  return (
    <span
      class={`avatar avatar-${size}`}
      data-pigment={pigment(person.account_id)}
      data-speaking={speaking || undefined}
      data-live={live || undefined}
      aria-hidden="true"
    >
      {shown ? (
        <img
          src={url}
          alt=""
          loading="lazy"
          referrerpolicy="no-referrer"
          onError={() => setBroken(url)}
        />
      ) : (
        // Painted, not written: of what surrounds it, the name is the only text.
        <span class="initials" data-letters={initials(person.name || person.handle || "?")} />
      )}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}
