/** The bar at the top: home, start a room, me. */

import { Plus } from "lucide-preact";
import { Link, useLocation } from "wouter-preact";
import { me } from "../auth/me";
import { Avatar } from "./avatar";

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
          {self && (
            <Link
              href={`/people/${self.handle}`}
              class="me"
              aria-label={`${self.name}, my profile`}
            >
              <Avatar person={self} size="s" />
            </Link>
          )}
          {self === null && (
            <Link href={`/sign-in?to=${encodeURIComponent(path)}`} class="button quiet">
              Sign in
            </Link>
          )}
        </nav>
      </div>
    </header>
  );
}
