/** Who follows somebody, or whom I follow: faces, with a ring around those who are live. */

import { Link } from "wouter-preact";
import { followers, following } from "../api/accounts";
import { sentence } from "../api/problem";
import { me } from "../auth/me";
import { MoreButton } from "../components/more-button";
import { usePages } from "../components/pages";
import { PersonRow } from "../components/person-row";
import { useTitle } from "../components/title";
import { sawAccounts } from "../live/now";
import type { Account, Page } from "../types";

interface Props {
  title: string;
  /** What makes it another list. */
  of: string;
  read: (cursor: string | null) => Promise<Page<Account>>;
  nobody: string;
}

export function FollowersPage({ handle }: { handle: string }) {
  return (
    <People
      title={`Who follows @${handle}`}
      of={`followers of ${handle}`}
      read={(cursor) => followers(handle, cursor)}
      nobody="Nobody yet."
    />
  );
}

export function FollowingPage() {
  return (
    <People
      title="People you follow"
      of="following"
      read={following}
      nobody="Nobody yet. Follow people whose rooms you like, and you will hear when they are live."
    />
  );
}

function People({ title, of, read, nobody }: Props) {
  useTitle(title);
  const self = me.value;
  const path = of === "following" ? "/following" : location.pathname;
  return (
    <div class="page narrow">
      <h1>{title}</h1>
      {self === null && (
        <Link href={`/sign-in?to=${encodeURIComponent(path)}`} class="button primary">
          Sign in to see them
        </Link>
      )}
      {self && <List key={`${of} ${self.account_id}`} of={of} read={read} nobody={nobody} />}
    </div>
  );
}

function List({ of, read, nobody }: Omit<Props, "title">) {
  const pages = usePages(of, async (cursor) => {
    const asked = Date.now();
    const page = await read(cursor);
    sawAccounts(`${of} ${cursor}`, page.items, asked);
    return page;
  });
  const { items, error } = pages;
  return (
    <>
      {error !== undefined && (
        <p class="banner" role="alert">
          {sentence(error)}
        </p>
      )}
      {items?.length === 0 && <p class="lead">{nobody}</p>}
      <ul class="person-rows" aria-busy={items === undefined && error === undefined}>
        {items?.map((person) => (
          <PersonRow key={person.account_id} person={person} />
        ))}
      </ul>
      <MoreButton pages={pages} />
    </>
  );
}
