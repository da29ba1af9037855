/** The captions of a room: on or off, held still, searched, restyled, taken home. */

import { ALargeSmall, Captions, Pause, Search, X } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Appearance } from "./appearance";
import { Download } from "./download";
import { Log } from "./log";
import { restyle, style } from "./preferences";
import type { CaptionSource } from "./source";

interface Props {
  source: CaptionSource;
  /** Who I am in the room; null for someone who only reads. */
  you: Reader | null;
  /** Whether more may come. */
  live: boolean;
}

export interface Reader {
  account_id: string;
  /** Host and co-hosts put right what anybody said. */
  runs: boolean;
}

export function CaptionPanel({ source, you, live }: Props) {
  const [restyling, setRestyling] = useState(false);
  const [query, setQuery] = useState<string | null>(null);
  const { shown } = style.value;
  const paused = source.transcript.value.pace === "paused";
  const search = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (shown) source.open();
  }, [shown, source]);
  const endSearch = () => {
    setQuery(null);
    search.current?.focus();
  };
  return (
    <section class="captions" aria-labelledby="captions" data-shown={shown || undefined}>
      <header class="captions-head">
        <h2 id="captions">
          <Captions aria-hidden="true" />
          <span>{live ? "Captions" : "Transcript"}</span>
        </h2>
        {shown && (
          <div class="captions-tools" role="group" aria-label="Caption tools">
            {live && (
              <button
                type="button"
                class="icon-button"
                aria-label="Pause captions"
                aria-pressed={paused}
                onClick={() => source.take({ type: paused ? "resumed" : "paused" })}
              >
                <Pause aria-hidden="true" />
              </button>
            )}
            <button
              type="button"
              class="icon-button"
              ref={search}
              aria-label="Search captions"
              aria-expanded={query !== null}
              onClick={() => (query === null ? setQuery("") : endSearch())}
            >
              <Search aria-hidden="true" />
            </button>
            <button
              type="button"
              class="icon-button"
              aria-label="Caption appearance"
              onClick={() => setRestyling(true)}
            >
              <ALargeSmall aria-hidden="true" />
            </button>
            <Download roomId={source.roomId} />
          </div>
        )}
        <button
          type="button"
          class="switch"
          role="switch"
          aria-label="Show captions"
          aria-checked={shown}
          onClick={() => restyle({ shown: !shown })}
        />
      </header>
      {shown && query !== null && <Find query={query} onQuery={setQuery} onEnd={endSearch} />}
      {shown && (
        <Log
          source={source}
          you={you}
          live={live}
          query={query ?? ""}
          onFound={() => setQuery(null)}
        />
      )}
      {restyling && <Appearance onClose={() => setRestyling(false)} />}
    </section>
  );
}

interface FindProps {
  query: string;
  onQuery: (query: string) => void;
  onEnd: () => void;
}

function Find({ query, onQuery, onEnd }: FindProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <search class="captions-search">
      <input
        type="search"
        ref={field}
        value={query}
        aria-label="Words to find"
        placeholder="What was said about…"
        onInput={(event) => onQuery(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && onEnd()}
      />
      <button type="button" class="icon-button" aria-label="End search" onClick={onEnd}>
        <X aria-hidden="true" />
      </button>
    </search>
  );
}
