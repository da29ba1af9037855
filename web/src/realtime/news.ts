/** News for whoever is signed in, as it happens: who is live, who speaks, what is due. */

import { effect, signal, untracked } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { readMe } from "../api/accounts";
import { serverNow } from "../api/clock";
import { accountId } from "../auth/me";
import { Line } from "./line";
import { blank, type Memory, readMemory, resumePoint, take } from "./memory";
import { isNewsMessage, type Message, type News } from "./messages";

/** As everybody hears of something at the same time, nobody asks for more at the same time. */
const SPREAD = 2_500;

type Listener = (news: News) => void;

/** Whether news comes by itself: if not, pages had better look for it. */
export const connected = signal(false);
/** Rises when something may have been missed for good. */
export const gaps = signal(0);

const listeners = new Set<Listener>();
let memory: Memory = blank(now());
let shelf: string | null = null;
/** Whether the pages are as new as the connection. */
let caughtUp = false;

const line = new Line({
  heard,
  stands: (stands) => (connected.value = stands),
  resumePoint: () => resumePoint(memory),
  check: readMe,
});

/** Connects while somebody is signed in; called once, when the page starts. */
export function keepInTouch(): void {
  effect(() => {
    const account = accountId.value;
    untracked(() => {
      line.drop();
      caughtUp = false;
      shelf = account && `stoa.news ${account}`;
      memory = (shelf && readMemory(sessionStorage.getItem(shelf))) || blank(now());
      if (account) line.want();
    });
  });
}

/** Calls with each piece of news, once. Returns how to stop that. */
export function onNews(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Runs `then` a moment after news that concerns it, and when some may have been lost. */
export function useNews(concerns: (news: News) => boolean, then: () => void): void {
  const current = useRef({ concerns, then });
  current.current = { concerns, then };
  useEffect(() => {
    let timer = 0;
    const soon = () => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        current.current.then();
      }, Math.random() * SPREAD);
    };
    const stop = onNews((news) => current.current.concerns(news) && soon());
    const before = gaps.peek();
    const dispose = gaps.subscribe((now) => now !== before && soon());
    return () => {
      stop();
      dispose();
      clearTimeout(timer);
    };
  }, []);
}

function heard(message: Message): void {
  if (message.type === "missed") {
    tell(message.events, true);
    if (!message.last) return;
    // Whoever left a stage meanwhile, no news tells.
    if (caughtUp || !message.complete) gaps.value += 1;
    caughtUp = true;
  } else if (isNewsMessage(message)) tell([message], false);
}

function tell(events: News[], missed: boolean): void {
  const taken = take(memory, events, missed);
  memory = taken.memory;
  if (shelf) sessionStorage.setItem(shelf, JSON.stringify(memory));
  for (const news of taken.fresh) for (const listener of listeners) listener(news);
}

function now(): string {
  return new Date(serverNow()).toISOString();
}
