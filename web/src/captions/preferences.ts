/** The style that I chose: kept on this device, and with my account for all others. */

import { effect, signal, untracked } from "@preact/signals";
import { accountId } from "../auth/me";
import { attempt } from "../components/act";
import { amend, settings } from "../settings/mine";
import { type CaptionStyle, readStyle } from "./style";

const KEY = "stoa.captions";
/** Controls are tried out in quick succession; the last choice is what is saved. */
const SETTLED = 600;

export const style = signal<CaptionStyle>(stored());

/** Whose account has said how it wants them, or is being told. */
let adopted: string | null = null;
let timer = 0;

/** This part of the style is another from now on. */
export function restyle(change: Partial<CaptionStyle>): void {
  keep({ ...style.value, ...change });
  adopted = accountId.peek();
  clearTimeout(timer);
  if (adopted) timer = window.setTimeout(save, SETTLED);
}

function save(): void {
  if (adopted !== accountId.peek()) return;
  void attempt(() => amend((before) => ({ ...before, captions: style.peek() })));
}

// What my account says counts more than what this device remembers; less than a choice made since.
effect(() => {
  const account = accountId.value;
  const found = settings.value;
  if (!account) {
    adopted = null;
    clearTimeout(timer);
  } else if (found && adopted !== account) {
    adopted = account;
    clearTimeout(timer);
    untracked(() => keep(readStyle(found.captions)));
  }
});

function keep(chosen: CaptionStyle): void {
  style.value = chosen;
  localStorage.setItem(KEY, JSON.stringify(chosen));
}

function stored(): CaptionStyle {
  try {
    return readStyle(JSON.parse(localStorage.getItem(KEY) ?? "null"));
  } catch {
    return readStyle(null);
  }
}
