/** The room I am in, whatever page I look at; after a reload, back into it. */

import { effect, signal, untracked } from "@preact/signals";
import { me } from "../auth/me";
import { Visit } from "./visit";

const KEY = "stoa.room";

export const visit = signal<Visit | null>(null);

export function enter(roomId: string): void {
  if (visit.value?.roomId === roomId && visit.value.live) return;
  visit.value?.leave();
  visit.value = new Visit(roomId);
  sessionStorage.setItem(KEY, roomId);
}

export function leave(): void {
  visit.value?.leave();
  visit.value = null;
}

/** Whether this tab was in the room when it was last unloaded. */
export function wasIn(roomId: string): boolean {
  return sessionStorage.getItem(KEY) === roomId;
}

effect(() => {
  const kind = visit.value?.standing.value.kind;
  if (kind === "over" || kind === "refused") sessionStorage.removeItem(KEY);
});

/** A guest who signs in goes on in the same room, as that account. */
let account: string | null | undefined;
effect(() => {
  const now = me.value === undefined ? undefined : (me.value?.account_id ?? null);
  const changed = account !== undefined && now !== undefined && now !== account;
  account = now;
  const current = visit.peek();
  // Whose sign-in could only be looked up late may be in there as that account already.
  if (changed && current?.live && current.roster.peek()?.you.account_id !== now) {
    untracked(() => {
      leave();
      enter(current.roomId);
    });
  }
});
