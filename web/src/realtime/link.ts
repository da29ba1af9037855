/**
 * The life of the connection for news: a pure step from what happens to what is to be done.
 * One connection at a time, and for a moment its heir beside it, when the gateway wants to end it.
 */

import { backoff } from "../media/backoff";
import type { Message, Said } from "./messages";

/** The gateway closes a connection after ten silent minutes. */
const PING_EVERY = 4 * 60_000;
const PONG_WITHIN = 10_000;
const OPENS_WITHIN = 15_000;
/** Who was sent away does not come back at once, even if somebody looks at the page. */
const STAYS_AWAY = 60_000;

type Phase =
  /** Nobody is signed in. */
  | { is: "off" }
  /** The server sent this connection away: it stays so until somebody looks at the page. */
  | { is: "away"; until: number }
  | { is: "waiting"; until: number }
  | { is: "opening"; socket: number; until: number }
  | {
      is: "open";
      socket: number;
      /** When to ask whether the server is still there, or until when it must have answered. */
      pingAt: number;
      pongBy: number | null;
      /** A connection that is made to take its place. */
      heir: number | null;
    };

/** `tries` counts connections in a row that came to nothing; `sockets` numbers them all. */
export interface Link {
  phase: Phase;
  tries: number;
  sockets: number;
}

export const OFF: Link = { phase: { is: "off" }, tries: 0, sockets: 0 };

export type Happening =
  /** Somebody is signed in, or nobody any more. */
  | { type: "wanted" }
  | { type: "unwanted" }
  | { type: "opened"; socket: number }
  | { type: "heard"; socket: number; message: Message | null }
  | { type: "closed"; socket: number }
  /** The time that `due` named has come. */
  | { type: "due" }
  /** Somebody looks at the page again, or the network is back. */
  | { type: "woken" };

export type Deed =
  /** `wary`: the last try failed, perhaps for the token: make sure of it first. */
  | { do: "connect"; socket: number; wary: boolean }
  | { do: "close"; socket: number }
  | { do: "say"; socket: number; said: Said["type"] };

export interface Step {
  link: Link;
  deeds: Deed[];
}

/** `now` is in milliseconds; `chance`, in [0, 1), spreads the tries of a crowd. */
export function step(link: Link, happening: Happening, now: number, chance: number): Step {
  const { phase } = link;
  switch (happening.type) {
    case "wanted":
      return phase.is === "off" ? connect(link, now) : stay(link);
    case "unwanted":
      return { link: { ...OFF, sockets: link.sockets }, deeds: sockets(phase).map(close) };
    case "opened":
      return opened(link, happening.socket, now);
    case "heard":
      return heard(link, happening.socket, happening.message, now);
    case "closed":
      return closed(link, happening.socket, now, chance);
    case "due":
      return timeUp(link, now, chance);
    case "woken":
      return woken(link, now);
  }
}

/** When something is to be done if nothing happens; null: never. */
export function due({ phase }: Link): number | null {
  switch (phase.is) {
    case "off":
    case "away":
      return null;
    case "waiting":
    case "opening":
      return phase.until;
    case "open":
      return phase.pongBy ?? phase.pingAt;
  }
}

function opened(link: Link, socket: number, now: number): Step {
  const { phase } = link;
  const first = phase.is === "opening" && phase.socket === socket;
  const heir = phase.is === "open" && phase.heir === socket;
  if (!first && !heir) return { link, deeds: [close(socket)] };
  const open: Phase = { is: "open", socket, pingAt: now + PING_EVERY, pongBy: null, heir: null };
  const resume: Deed = { do: "say", socket, said: "resume" };
  return {
    link: { ...link, phase: open },
    deeds: heir ? [resume, close(phase.socket)] : [resume],
  };
}

function heard(link: Link, socket: number, message: Message | null, now: number): Step {
  const { phase } = link;
  if (phase.is !== "open" || phase.socket !== socket) return stay(link);
  if (message?.type === "closing") {
    const away: Phase = { is: "away", until: now + STAYS_AWAY };
    return { link: { ...link, tries: 0, phase: away }, deeds: sockets(phase).map(close) };
  }
  // Whatever it says, the server is there.
  const alive = { ...phase, pingAt: now + PING_EVERY, pongBy: null };
  if (message?.type === "reconnect" && phase.heir === null) {
    const heir = link.sockets + 1;
    return {
      link: { tries: 0, sockets: heir, phase: { ...alive, heir } },
      deeds: [{ do: "connect", socket: heir, wary: false }],
    };
  }
  return stay({ ...link, tries: 0, phase: alive });
}

function closed(link: Link, socket: number, now: number, chance: number): Step {
  const { phase } = link;
  if (phase.is === "opening" && phase.socket === socket) return wait(link, now, chance);
  if (phase.is !== "open") return stay(link);
  // The server asks for an heir again with its next pong.
  if (phase.heir === socket) return stay({ ...link, phase: { ...phase, heir: null } });
  if (phase.socket !== socket) return stay(link);
  if (phase.heir === null) return wait(link, now, chance);
  return stay({ ...link, phase: { is: "opening", socket: phase.heir, until: now + OPENS_WITHIN } });
}

function timeUp(link: Link, now: number, chance: number): Step {
  const { phase } = link;
  const time = due(link);
  if (time === null || now < time) return stay(link);
  if (phase.is === "waiting") return connect(link, now);
  if (phase.is === "open" && phase.pongBy === null) return ping(link, now);
  const { link: waiting } = wait(link, now, chance);
  return { link: waiting, deeds: sockets(phase).map(close) };
}

function woken(link: Link, now: number): Step {
  const { phase } = link;
  if (phase.is === "waiting") return connect(link, now);
  if (phase.is === "away" && now >= phase.until) return connect(link, now);
  if (phase.is === "open" && phase.pongBy === null) return ping(link, now);
  return stay(link);
}

function connect(link: Link, now: number): Step {
  const socket = link.sockets + 1;
  return {
    link: { ...link, sockets: socket, phase: { is: "opening", socket, until: now + OPENS_WITHIN } },
    deeds: [{ do: "connect", socket, wary: link.tries > 0 }],
  };
}

function wait(link: Link, now: number, chance: number): Step {
  const until = now + backoff(link.tries, chance);
  return stay({ ...link, tries: link.tries + 1, phase: { is: "waiting", until } });
}

function ping(link: Link, now: number): Step {
  const { phase } = link;
  if (phase.is !== "open") return stay(link);
  return {
    link: { ...link, phase: { ...phase, pongBy: now + PONG_WITHIN } },
    deeds: [{ do: "say", socket: phase.socket, said: "ping" }],
  };
}

function stay(link: Link): Step {
  return { link, deeds: [] };
}

function close(socket: number): Deed {
  return { do: "close", socket };
}

function sockets(phase: Phase): number[] {
  if (phase.is === "opening") return [phase.socket];
  if (phase.is !== "open") return [];
  return phase.heir === null ? [phase.socket] : [phase.socket, phase.heir];
}
