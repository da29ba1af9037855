/** The bar at the top of every page: somebody is live, something begins; one tap joins. */

import { X } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { alerts, dismiss } from "../alerts/current";
import { isToldHere, type Told } from "../alerts/queue";
import { words } from "../alerts/words";
import { visit } from "../room/current";
import { Avatar } from "./avatar";
import { useJoin } from "./join";
import { useNow } from "./now";

export function AlertBar() {
  const [path] = useLocation();
  const current = visit.value;
  const standing = current?.standing.value;
  const isDown = standing?.kind === "over" && standing.reason === "taken_down";
  const inside = current?.live ? current.roomId : null;
  const down = current && isDown ? current.roomId : null;
  const shown = alerts.value.filter((news) => !isToldHere(news, { path, inside, down }));
  const [first] = shown;
  // What the page told is no news on the next one.
  useEffect(() => {
    for (const news of alerts.value)
      if (isToldHere(news, { path, inside, down })) dismiss(news.event_id);
  }, [alerts.value, path, inside, down]);
  return (
    <div class="alert-place">
      {first && <Bar news={first} others={shown.length - 1} path={path} />}
      {/* Always there, so that screen readers hear the first one too. */}
      <p class="hidden" role="status" aria-live="polite" aria-label="Alerts">
        {first && <Aloud news={first} />}
      </p>
    </div>
  );
}

interface BarProps {
  news: Told;
  /** How many wait behind it. */
  others: number;
  path: string;
}

function Bar({ news, others, path }: BarProps) {
  const [, navigate] = useLocation();
  const join = useJoin();
  const { face, what, more, button, leads } = words(news, useNow());
  const { room_id: roomId, access } = news.room;
  const live = leads === "in";
  const there = leads === "to the door" && path === `/rooms/${roomId}`;
  const close = () => {
    dismiss(news.event_id);
    // The next one takes its place, with the focus; after the last, the page has it.
    if (others === 0) document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
  };
  const go = () => {
    dismiss(news.event_id);
    if (leads === "in") join(roomId, access);
    else if ("ticket_id" in news) navigate(`/tickets/${news.ticket_id}`);
    else navigate(`/rooms/${roomId}`);
  };
  return (
    <section class="alert-bar" aria-label="Alert" data-live={live || undefined}>
      <div class="alert-inner" key={news.event_id}>
        <Avatar person={face} size="s" live={live} />
        <p class="alert-words">
          <strong>{what}</strong>
          <span>{more}</span>
        </p>
        {others > 0 && (
          <span class="count" aria-label={`${others} more after this`}>
            +{others}
          </span>
        )}
        {!there && (
          <button
            type="button"
            class="button small"
            aria-label={`${button}: ${news.room.title}`}
            onClick={go}
          >
            {button}
          </button>
        )}
      </div>
      <button type="button" class="icon-button" aria-label="Dismiss this alert" onClick={close}>
        <X aria-hidden="true" />
      </button>
    </section>
  );
}

/** The words alone, said once. */
function Aloud({ news }: { news: Told }) {
  const { what, more } = words(news, Date.parse(news.at));
  return (
    <>
      {what}. {more}
    </>
  );
}
