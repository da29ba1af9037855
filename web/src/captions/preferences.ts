/** The style that I chose: kept on this device, and with my account for all others. */

import { effect, signal, untracked } from "@preact/signals";
import { sentence } from "../api/problem";
import { readSettings, type Settings, writeSettings } from "../api/settings";
import { me } from "../auth/me";
import { toast } from "../room/toasts";
import { type CaptionStyle, readStyle } from "./style";

const KEY = "stoa.captions";
/** Controls are tried out in quick succession; the last choice is what is saved. */
const SETTLED = 600;

export const style = signal<CaptionStyle>(stored());

let saved: Settings | null = null;
let owner: string | null = null;
let timer = 0;
let saving: Promise<void> = Promise.resolve();

/** This part of the style is another from now on. */
export function restyle(change: Partial<CaptionStyle>): void {
  keep({ ...style.value, ...change });
  if (!owner) return;
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    saving = saving.then(save);
  }, SETTLED);
}

async function save(): Promise<void> {
  const mine = owner;
  if (!mine) return;
  try {
    saved ??= await readSettings();
    const written = await writeSettings({ ...saved, captions: style.peek() });
    if (owner === mine) saved = written;
  } catch (error) {
    toast(sentence(error));
  }
}

effect(() => {
  const account = me.value?.account_id ?? null;
  if (account === owner) return;
  owner = account;
  saved = null;
  clearTimeout(timer);
  if (account) untracked(() => void adopt(account));
});

/** What my account says counts more than what this device remembers. */
async function adopt(account: string): Promise<void> {
  const before = style.peek();
  try {
    const settings = await readSettings();
    if (owner !== account) return;
    saved = settings;
    // A choice made while we asked is newer.
    if (style.peek() === before) keep(readStyle(settings.captions));
  } catch {
    // The device's own memory serves until the next visit.
  }
}

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
