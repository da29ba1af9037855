/** What people have reported, for moderators: of whom, of which room, and taking that down. */

import { Flag } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { sentence } from "../api/problem";
import { readReports } from "../api/reports";
import { me } from "../auth/me";
import { MoreButton } from "../components/more-button";
import { usePages } from "../components/pages";
import { Report } from "../components/reports/report";
import { useTitle } from "../components/title";
import type { RoomState } from "../types";

export function ReportsPage() {
  useTitle("Reports");
  const self = me.value;
  return (
    <div class="page narrow">
      <h1>Reports</h1>
      {self === null && (
        <>
          <p class="lead">Sign in as a moderator to read what people report.</p>
          <Link href="/sign-in?to=/reports" class="button primary">
            Sign in
          </Link>
        </>
      )}
      {self && !self.moderator && (
        <>
          <p class="lead">What people report is for moderators to read.</p>
          <Link href="/" class="button primary">
            Live rooms
          </Link>
        </>
      )}
      {self?.moderator && <All key={self.account_id} accountId={self.account_id} />}
    </div>
  );
}

function All({ accountId }: { accountId: string }) {
  const pages = usePages(accountId, readReports);
  const { items, error } = pages;
  // Rooms that I have taken down since; there may be several reports of one.
  const [now, setNow] = useState<Record<string, RoomState>>({});
  return (
    <>
      {error !== undefined && (
        <p class="banner" role="alert">
          {sentence(error)}
        </p>
      )}
      {items?.length === 0 && (
        <div class="empty">
          <Flag class="empty-icon" aria-hidden="true" />
          <h2>Nothing was reported</h2>
          <p>What people report in rooms is listed here, the newest first.</p>
        </div>
      )}
      <ul
        class="reports"
        aria-label="What people report"
        aria-busy={items === undefined && error === undefined}
      >
        {items?.map((each) => (
          <Report
            key={each.report_id}
            report={each}
            state={each.room && (now[each.room.room_id] ?? each.room.state)}
            onDown={({ room_id, state }) => setNow((last) => ({ ...last, [room_id]: state }))}
            onRefused={pages.reload}
          />
        ))}
      </ul>
      <MoreButton pages={pages} />
    </>
  );
}
