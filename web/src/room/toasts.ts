/** Short messages that come and go, spoken politely by screen readers. */

import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  text: string;
}

const SHOWN_FOR = 5_000;
const AT_ONCE = 3;

export const toasts = signal<Toast[]>([]);
let last = 0;

export function toast(text: string): void {
  const id = ++last;
  toasts.value = [...toasts.value.filter((one) => one.text !== text), { id, text }].slice(-AT_ONCE);
  setTimeout(() => dismiss(id), SHOWN_FOR);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
