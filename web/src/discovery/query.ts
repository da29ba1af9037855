/** What is looked for, as it stands in the page's address and as the API is asked. Pure. */

import type { RoomFilter } from "../api/rooms";

/** Whose rooms to come: everybody's, mine, those I have a reminder of, those of whom I follow. */
export type Whose = "all" | "mine" | "reminded" | "followed";

export interface Wanted {
  q: string;
  topic: string | null;
  /** The first part of a BCP 47 tag: any kind of that language. */
  language: string | null;
  /** A handle. */
  host: string | null;
  whose: Whose;
}

export const EVERYTHING: Wanted = {
  q: "",
  topic: null,
  language: null,
  host: null,
  whose: "all",
};

/** The API's bounds. */
export const LONGEST_QUERY = 70;
const LONGEST_TOPIC = 30;
const LANGUAGE = /^[a-z]{2,3}$/;
const HANDLE = /^[A-Za-z0-9_]{2,30}$/;
const WHOSE: readonly string[] = ["mine", "reminded", "followed"] satisfies Whose[];

/** What an address asks for; nonsense in it is left out. */
export function readWanted(search: string): Wanted {
  const query = new URLSearchParams(search);
  const whose = query.get("whose") ?? "";
  return {
    q: (query.get("q") ?? "").slice(0, LONGEST_QUERY),
    topic: fitting(query.get("topic"), (text) => text.length <= LONGEST_TOPIC),
    language: fitting(query.get("language"), (text) => LANGUAGE.test(text)),
    host: fitting(query.get("host"), (text) => HANDLE.test(text)),
    whose: WHOSE.includes(whose) ? (whose as Whose) : "all",
  };
}

/** What goes behind a path: "" or "?...". */
export function writeWanted(wanted: Wanted): string {
  const query = new URLSearchParams();
  for (const name of ["whose", "q", "topic", "language", "host"] as const) {
    const value = wanted[name];
    if (value && value !== EVERYTHING[name]) query.set(name, value);
  }
  const text = query.toString();
  return text && `?${text}`;
}

/** Whether anything is left out of what there is. */
export function isNarrow({ q, topic, language, host }: Wanted): boolean {
  return Boolean(q.trim() || topic || language || host);
}

export function toFilter({ q, topic, language, host }: Wanted): RoomFilter {
  return { q: q.trim() || null, topic, language, host };
}

function fitting(text: string | null, fits: (text: string) => boolean): string | null {
  return text && fits(text) ? text : null;
}
