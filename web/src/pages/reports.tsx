/** What people have reported, for moderators: open or settled, and what they do about it. */

import { Flag } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link, useSearch } from "wouter-preact";
import { sentence } from "../api/problem";
import { readReports } from "../api/reports";
import { me } from "../auth/me";
import { MoreButton } from "../components/more-button";
import { usePages } from "../components/pages";
import { Report } from "../components/reports/report";
import { useTitle } from "../components/title";
import type { Report as Facts, ReportState, RoomState } from "../types";

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
      {self?.moderator && <Lists accountId={self.account_id} />}
    </div>
  );
}

const TABS = [
  ["open", "/reports", "Open"],
  ["settled", "/reports?state=settled", "Settled"],
] as const;

const NONE: Record<ReportState, [string, string]> = {
  open: ["Nothing is open", "What people report in rooms is listed here, the newest first."],
  settled: ["Nothing is settled", "What moderators are done with is kept here."],
};

/** Which of the two lists is in the address of the page. */
function Lists({ accountId }: { accountId: string }) {
  const asked = new URLSearchParams(useSearch()).get("state");
  const state: ReportState = asked === "settled" ? "settled" : "open";
  return (
    <>
      <nav class="tabs" aria-label="Reports">
        {TABS.map(([one, href, words]) => (
          <Link key={one} href={href} aria-current={one === state ? "page" : undefined}>
            {words}
          </Link>
        ))}
      </nav>
      <List key={`${accountId} ${state}`} accountId={accountId} state={state} />
    </>
  );
}

function List({ accountId, state }: { accountId: string; state: ReportState }) {
  const pages = usePages(accountId, (cursor) => readReports(state, cursor));
  const { items, error } = pages;
  // Rooms that I have taken down since; there may be several reports of one.
  const [now, setNow] = useState<Record<string, RoomState>>({});
  // Reports as I have moved them: they stay where they are until the list is read again.
  const [moved, setMoved] = useState<Record<string, Facts>>({});
  const [nothing, words] = NONE[state];
  const reload = () => {
    setMoved({});
    pages.reload();
  };
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
          <h2>{nothing}</h2>
          <p>{words}</p>
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
            report={moved[each.report_id] ?? each}
            state={each.room && (now[each.room.room_id] ?? each.room.state)}
            onMoved={(report) => setMoved((last) => ({ ...last, [report.report_id]: report }))}
            onDown={({ room_id, state: down }) => setNow((last) => ({ ...last, [room_id]: down }))}
            onRefused={reload}
          />
        ))}
      </ul>
      <MoreButton pages={pages} />
    </>
  );
}
