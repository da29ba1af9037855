/** The lines themselves: they follow what is said until one scrolls back, as far as its first word. */

import { ArrowDown } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { CaptionLine } from "../types";
import { Line } from "./line";
import { style } from "./preferences";
import type { Reader } from "./panel";
import type { CaptionSource } from "./source";
import { paint } from "./style";
import { shown, unseen } from "./transcript";
import { beginsTurn, matches } from "./turns";

/** So near to its end the log goes on following. */
const NEAR = 40;

interface Props {
  source: CaptionSource;
  you: Reader | null;
  live: boolean;
  query: string;
  /** A line that was found is wanted among its neighbours. */
  onFound: () => void;
}

export function Log({ source, you, live, query, onFound }: Props) {
  const transcript = source.transcript.value;
  const reading = source.reading.value;
  const people = source.people.value;
  const searching = query.trim() !== "";
  const all = shown(transcript);
  const lines = searching ? all.filter((line) => matches(line.text, query)) : all;
  const { scroller, top, onScroll, goTo } = useScrolling(source, all, searching);
  const late = unseen(transcript);
  const show = (line: CaptionLine) => {
    source.take({ type: "scrolled back" });
    goTo(line.line_id);
    onFound();
  };
  const wasMarked = (line: CaptionLine, at: number) =>
    !searching && line.line_id === transcript.mark && at < lines.length - 1;
  return (
    <div
      class="caption-window"
      style={paint(style.value)}
      data-names={style.value.show_names || undefined}
    >
      <div
        class="caption-log"
        role="log"
        aria-label="What is said"
        // Pages of what was said before are no news.
        aria-live={transcript.pace === "live" && !searching ? "polite" : "off"}
        aria-busy={reading === "busy"}
        tabIndex={0}
        ref={scroller}
        onScroll={onScroll}
        onKeyDown={walk}
      >
        <div ref={top} class="caption-top">
          <Top
            state={transcript.older === false ? "first" : reading}
            empty={lines.length === 0}
            searching={searching}
            live={live}
            onRetry={() => void source.readOlder()}
          />
        </div>
        <ol>
          {lines.map((line, at) => (
            <Line
              key={line.line_id}
              line={line}
              head={searching || beginsTurn(line, lines[at - 1])}
              marked={wasMarked(line, at)}
              person={people.get(line.speaker.account_id)}
              mine={line.speaker.account_id === you?.account_id}
              correctable={you !== null && (you.runs || line.speaker.account_id === you.account_id)}
              newest={at === lines.length - 1}
              query={query}
              source={source}
              onShow={searching ? show : undefined}
            />
          ))}
        </ol>
      </div>
      {transcript.pace !== "live" && !searching && (
        <button
          type="button"
          class="button small to-live"
          aria-label={late ? `Back to live, ${late} new` : "Back to live"}
          onClick={() => source.take({ type: "resumed" })}
        >
          <ArrowDown aria-hidden="true" />
          Back to live
          {late > 0 && <span class="count">{late}</span>}
        </button>
      )}
    </div>
  );
}

/** Scrolls the log only: the browser's own way would move the page as well. */
function centre(log: Element, line: Element | null): void {
  if (!line) return;
  const above = line.getBoundingClientRect().top - log.getBoundingClientRect().top;
  log.scrollTop += above - (log.clientHeight - line.clientHeight) / 2;
}

/** Among hundreds of pencils Tab stops at one; the arrows go from line to line. */
function walk(event: KeyboardEvent): void {
  const log = event.currentTarget;
  const here = event.target;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || !(log instanceof Element) || !(here instanceof Element)) return;
  const pencils = [...log.querySelectorAll<HTMLElement>(".line-pencil")];
  const at = pencils.findIndex((pencil) => pencil === here);
  const next = at < 0 ? undefined : pencils[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

interface TopProps {
  state: "first" | "idle" | "busy" | "failed";
  empty: boolean;
  searching: boolean;
  live: boolean;
  onRetry: () => void;
}

function Top({ state, empty, searching, live, onRetry }: TopProps) {
  if (state === "failed") {
    return (
      <button type="button" class="button small" onClick={onRetry}>
        Earlier captions could not be read. Try again
      </button>
    );
  }
  if (state !== "first") return <p>{searching ? "Searching…" : "Reading what was said before…"}</p>;
  if (searching) return empty ? <p>Nobody has said that.</p> : null;
  if (empty) return <p>{live ? "Nothing has been said yet." : "Nothing was said in this room."}</p>;
  return <p>This is where the captions begin.</p>;
}

/** Keeps to the end while live, keeps the place when older lines come in above, and asks for those. */
function useScrolling(source: CaptionSource, lines: readonly CaptionLine[], searching: boolean) {
  const scroller = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const before = useRef({ first: "", height: 0 });
  const wanted = useRef<string | null>(null);
  const { pace, older } = source.transcript.value;
  const live = pace === "live" && !searching;
  const follow = () => {
    const log = scroller.current;
    if (log && source.transcript.value.pace === "live") log.scrollTop = log.scrollHeight;
  };

  useLayoutEffect(() => {
    const log = scroller.current;
    if (!log) return;
    const first = lines[0]?.line_id ?? "";
    const found = searching ? null : wanted.current;
    if (found) {
      centre(log, log.querySelector(`[data-line="${CSS.escape(found)}"]`));
      wanted.current = null;
    } else if (live) follow();
    else if (first !== before.current.first) {
      log.scrollTop += log.scrollHeight - before.current.height;
    }
    before.current = { first, height: log.scrollHeight };
  });

  useEffect(() => {
    const log = scroller.current;
    if (!log) return;
    const size = new ResizeObserver(follow);
    size.observe(log);
    return () => size.disconnect();
  }, []);

  // While the top is in sight there is room for more; a search wants all there is.
  const count = lines.length;
  const idle = source.reading.value === "idle";
  useEffect(() => {
    const log = scroller.current;
    const mark = top.current;
    if (!log || !mark || older !== true || !idle) return;
    if (searching) return void source.readOlder();
    const sight = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && void source.readOlder(),
      { root: log, rootMargin: "300px 0px 0px" },
    );
    sight.observe(mark);
    return () => sight.disconnect();
  }, [count, older, idle, searching]);

  const onScroll = () => {
    const log = scroller.current;
    if (!log || searching || log.querySelector(".correction")) return;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    const { pace: now } = source.transcript.value;
    if (now === "live" && !atEnd) source.take({ type: "scrolled back" });
    else if (now === "behind" && atEnd) source.take({ type: "resumed" });
  };
  const goTo = (lineId: string) => {
    wanted.current = lineId;
  };
  return { scroller, top, onScroll, goTo };
}
