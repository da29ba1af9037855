/** The bar at the top: home, what comes, a room, tickets, earnings, reports, me; news below it. */

import { CalendarDays, Flag, Plus, Ticket, Wallet } from "lucide-preact";
import { Link, useLocation } from "wouter-preact";
import { me } from "../auth/me";
import { AlertBar } from "./alert-bar";
import { LiveAvatar } from "./face";

export function Header() {
  const [path] = useLocation();
  const self = me.value;
  return (
    <header class="top">
      <div class="top-inner">
        <Link href="/" class="brand" aria-label="Stoa, live rooms">
          <svg viewBox="0 0 28 24" aria-hidden="true">
            <path d="M1 1h26v3.6H1zM2 6.4h4V23H2zM22 6.4h4V23h-4zM8 23V13a6 6 0 0 1 12 0v10h-3.6V13a2.4 2.4 0 0 0-4.8 0v10z" />
          </svg>
          <span>Stoa</span>
        </Link>
        <nav class="top-nav" aria-label="Main">
          <Link
            href="/start"
            class="button primary"
            aria-current={path === "/start" ? "page" : undefined}
          >
            <Plus aria-hidden="true" />
            Start a room
          </Link>
          <Entry href="/upcoming" label="Coming up" short="Coming up" icon={CalendarDays} />
          {self && <Entry href="/tickets" label="My tickets" short="Tickets" icon={Ticket} />}
          {self?.hosting.allowed && (
            <Entry href="/payouts" label="My payouts" short="Payouts" icon={Wallet} />
          )}
          {self?.moderator && (
            <Entry href="/reports" label="Reports" short="Reports" icon={Flag} />
          )}
          {self && (
            <Link href={`/people/${self.handle}`} class="me">
              <LiveAvatar person={self} size="s" />
              <span class="hidden">{self.name}, my profile</span>
            </Link>
          )}
          {self === null && (
            <Link href={`/sign-in?to=${encodeURIComponent(path)}`} class="button quiet">
              Sign in
            </Link>
          )}
        </nav>
      </div>
      <AlertBar />
    </header>
  );
}

interface EntryProps {
  href: string;
  label: string;
  /** Beside the icon, where there is room for it. */
  short: string;
  icon: typeof Ticket;
}

function Entry({ href, label, short, icon: Icon }: EntryProps) {
  const [path] = useLocation();
  return (
    <Link
      href={href}
      class="top-entry"
      aria-label={label}
      aria-current={path === href ? "page" : undefined}
    >
      <Icon aria-hidden="true" />
      <span aria-hidden="true">{short}</span>
    </Link>
  );
}
