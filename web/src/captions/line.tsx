/** One line: who, when, what; and the pencil for those who may put it right. */

import { Pencil } from "lucide-preact";
import { Component } from "preact";
import { pigment } from "../room/pigment";
import type { CaptionLine, Person } from "../types";
import { Correction } from "./correction";
import type { CaptionSource } from "./source";
import { clock, cut } from "./turns";

/** What the caption worker writes where it could not hear. */
const MISSING = "[captions missing]";

interface Props {
  line: CaptionLine;
  /** The line begins a turn: it names its speaker. */
  head: boolean;
  /** Here I stopped reading along. */
  marked: boolean;
  person: Person | undefined;
  mine: boolean;
  correctable: boolean;
  /** Its pencil is the one that Tab reaches. */
  newest: boolean;
  query: string;
  source: CaptionSource;
  /** Shows the line among its neighbours. */
  onShow: ((line: CaptionLine) => void) | undefined;
}

const SHOWN = [
  "line",
  "head",
  "marked",
  "person",
  "mine",
  "correctable",
  "newest",
  "query",
] as const;

/** Drawn anew only when something of it changes: a long room has thousands. */
export class Line extends Component<Props, { editing: boolean }> {
  override state = { editing: false };
  private followed = false;

  override shouldComponentUpdate(next: Props, state: { editing: boolean }): boolean {
    return (
      state.editing !== this.state.editing || SHOWN.some((name) => next[name] !== this.props[name])
    );
  }

  /** While one edits, the log stands still; then it goes on, if it did before. */
  edit(editing: boolean): void {
    const { source } = this.props;
    if (editing) {
      this.followed = source.transcript.peek().pace === "live";
      source.take({ type: "scrolled back" });
    } else if (this.followed) source.take({ type: "resumed" });
    this.setState({ editing });
  }

  override render() {
    const { line, head, marked, person, mine, correctable, newest, query, source, onShow } =
      this.props;
    const { account_id: id, handle } = line.speaker;
    const name = mine ? "You" : (person?.name ?? (handle ? `@${handle}` : "Guest"));
    const time = clock(line.starts_ms);
    return (
      // What may still change is not read out: screen readers get the final line.
      <li
        class="line"
        data-line={line.line_id}
        data-head={head || undefined}
        data-open={!line.final || undefined}
        aria-hidden={!line.final}
      >
        {head && (
          <p class="line-head">
            <span class="line-speaker" data-pigment={pigment(id)}>
              <bdi>{name}</bdi>
            </span>
            {onShow ? (
              <button
                type="button"
                class="line-time"
                aria-label={`Show at ${time}`}
                onClick={() => onShow(line)}
              >
                {time}
              </button>
            ) : (
              <span class="line-time">{time}</span>
            )}
          </p>
        )}
        {this.state.editing ? (
          <Correction line={line} name={name} source={source} onDone={() => this.edit(false)} />
        ) : (
          <p class="line-text" dir="auto" data-missing={line.text === MISSING || undefined}>
            <span id={`text-${line.line_id}`}>
              {cut(line.text, query).map((part, at) =>
                at % 2 ? <mark key={at}>{part}</mark> : part,
              )}
            </span>
            {line.corrected_by && (
              <>
                {" "}
                <small class="line-corrected">corrected</small>
              </>
            )}
            {correctable && line.final && (
              <button
                type="button"
                class="line-pencil"
                aria-label="Correct line"
                aria-describedby={`text-${line.line_id}`}
                tabIndex={newest ? 0 : -1}
                onClick={() => this.edit(true)}
              >
                <Pencil aria-hidden="true" />
              </button>
            )}
          </p>
        )}
        {marked && <p class="line-mark">You stopped reading here</p>}
      </li>
    );
  }
}
