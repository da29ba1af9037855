/** A part of a page behind its title. What is in it is made, and read, only while it is open. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

interface Props {
  title: string;
  children: ComponentChildren;
}

export function Fold({ title, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <details class="fold" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {open && <div class="fold-body">{children}</div>}
    </details>
  );
}
