/** Looking for rooms: by words of their titles, by topic, by language, by host. */

import { Search, X } from "lucide-preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { kinds } from "../../discovery/languages";
import { LONGEST_QUERY, type Wanted } from "../../discovery/query";
import type { Room } from "../../types";

const SETTLED = 300;
const TOPICS_SHOWN = 12;

interface Props {
  wanted: Wanted;
  onWanted: (change: Partial<Wanted>) => void;
  /** What is found, whose topics and languages can be asked for. */
  rooms: Room[] | undefined;
}

export function Finder({ wanted, onWanted, rooms }: Props) {
  const id = useId();
  const languages = kinds([
    ...(rooms ?? []).map((room) => room.captions.language),
    ...(wanted.language ? [wanted.language] : []),
  ]);
  return (
    <search class="finder">
      <div class="finder-row">
        <TitleSearch q={wanted.q} onQuery={(q) => onWanted({ q })} />
        <label class="hidden" for={id}>
          Language
        </label>
        <select
          id={id}
          class="finder-language"
          value={wanted.language ?? ""}
          onChange={(event) => onWanted({ language: event.currentTarget.value || null })}
        >
          <option value="">Any language</option>
          {languages.map(([tag, name]) => (
            <option key={tag} value={tag}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {wanted.host && (
        <button type="button" class="chip" onClick={() => onWanted({ host: null })}>
          By @{wanted.host}
          <X aria-hidden="true" />
          <span class="hidden">: show everybody's</span>
        </button>
      )}
      <Topics wanted={wanted} onWanted={onWanted} rooms={rooms} />
    </search>
  );
}

interface TitleSearchProps {
  q: string;
  onQuery: (q: string) => void;
}

/** Looks once typing pauses. */
function TitleSearch({ q, onQuery }: TitleSearchProps) {
  const [typed, setTyped] = useState(q);
  const timer = useRef(0);
  const ours = useRef(q);
  // The address has changed by another hand than ours.
  useEffect(() => {
    if (q !== ours.current) setTyped(q);
    ours.current = q;
  }, [q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const settle = (text: string, delay: number) => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      ours.current = text;
      onQuery(text);
    }, delay);
  };
  const type = (text: string) => {
    setTyped(text);
    settle(text, SETTLED);
  };
  return (
    <label class="finder-search">
      <Search aria-hidden="true" />
      <span class="hidden">Search by title</span>
      <input
        type="search"
        value={typed}
        maxLength={LONGEST_QUERY}
        placeholder="Search by title"
        autocomplete="off"
        enterkeyhint="search"
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && settle(typed, 0)}
      />
    </label>
  );
}

/** Topics of what was found so far: one that is chosen must not make the others vanish. */
function Topics({ wanted, onWanted, rooms }: Props) {
  const seen = useRef(new Set<string>());
  for (const room of rooms ?? []) for (const topic of room.topics) seen.current.add(topic);
  const { topic: chosen } = wanted;
  const others = [...seen.current].filter((topic) => topic !== chosen);
  const topics = (chosen ? [chosen, ...others] : others).slice(0, TOPICS_SHOWN);
  if (topics.length < 2 && !chosen) return null;
  return (
    <div class="filters" role="group" aria-label="Topics">
      <button
        type="button"
        class="chip"
        aria-pressed={!chosen}
        onClick={() => onWanted({ topic: null })}
      >
        All topics
      </button>
      {topics.map((topic) => (
        <button
          key={topic}
          type="button"
          class="chip"
          aria-pressed={topic === chosen}
          onClick={() => onWanted({ topic: topic === chosen ? null : topic })}
        >
          {topic}
        </button>
      ))}
    </div>
  );
}
