/** A button that opens a small tray of choices beside it. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

interface Props {
  label: string;
  icon: ComponentChildren;
  /** A bare icon, whose tray hangs below it. */
  bare?: boolean;
  /** Gets a function that closes the tray. */
  children: (close: () => void) => ComponentChildren;
}

export function Tray({ label, icon, bare = false, children }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", elsewhere);
    document.addEventListener("focusin", elsewhere);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      document.removeEventListener("focusin", elsewhere);
    };
  }, [open]);
  return (
    <div
      class="tray-root"
      ref={root}
      onKeyDown={(event) => event.key === "Escape" && open && close()}
    >
      <button
        type="button"
        class={bare ? "icon-button" : "control"}
        ref={button}
        aria-label={label}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {icon}
        {!bare && (
          <span class="control-label" aria-hidden="true">
            {label}
          </span>
        )}
      </button>
      <div
        class={bare ? "tray below" : "tray"}
        id={id}
        role="group"
        aria-label={label}
        hidden={!open}
      >
        {open && children(close)}
      </div>
    </div>
  );
}
