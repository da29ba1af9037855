/** Who is live of those whom I follow or look at: told by news, and looked up now and then. */

import { effect, signal, untracked } from "@preact/signals";
import { followedRooms } from "../api/rooms";
import { accountId } from "../auth/me";
import { connected, gaps, onNews } from "../realtime/news";
import { onStage, type FollowedRoom, type Page, type Role, type Room } from "../types";
import { arrive, over, report, type Ring, type Rings, sweep } from "./rings";

/** Without news by itself, and with it. */
const LOOK_OFTEN = 10_000;
const LOOK_SELDOM = 60_000;
const SWEEP = 30_000;
const SPREAD = 2_500;
const PAGES = 5;
const FOLLOWED = "followed";

export const rings = signal<Rings>(new Map());
/** Undefined until it is known. */
export const followedLive = signal<FollowedRoom[] | undefined>(undefined);
/** When the newest answer was asked for. */
let newest = 0;
/** Rooms that are over, whatever an older answer says. */
const ended = new Set<string>();

/** How often a page looks for what news would tell. */
export function pace(): number {
  return connected.value ? LOOK_SELDOM : LOOK_OFTEN;
}

/** Where this account is live, as far as anybody has told. */
export function ringOf(accountId: string): Ring | null {
  return rings.value.get(accountId) ?? null;
}

/** A list of live rooms was read: their hosts are in them. */
export function sawRooms(source: string, rooms: Room[], asked: number): void {
  const hosts = rooms.map(
    ({ room_id, host }) => [host.account_id, { room_id, role: "host" as Role }] as const,
  );
  rings.value = report(rings.peek(), source, hosts, asked);
}

/** Accounts were read, with where they are live. */
export function sawAccounts(
  source: string,
  accounts: readonly { account_id: string; live: Ring | null }[],
  asked: number,
): void {
  const live = accounts.flatMap(({ account_id, live: ring }) =>
    ring && onStage(ring.role) ? [[account_id, ring] as const] : [],
  );
  rings.value = report(rings.peek(), source, live, asked);
}

/** Keeps all this up while somebody is signed in; called once, when the page starts. */
export function watchLive(): void {
  const look = () => document.visibilityState === "visible" && void readFollowed();
  document.addEventListener("visibilitychange", look);
  setInterval(() => (rings.value = sweep(rings.peek(), Date.now())), SWEEP);
  effect(() => {
    const account = accountId.value;
    untracked(() => {
      followedLive.value = undefined;
      rings.value = new Map();
      if (account) look();
    });
  });
  effect(() => {
    if (!accountId.value) return;
    const timer = setInterval(look, pace());
    return () => clearInterval(timer);
  });
  gaps.subscribe(look);
  onNews((news) => {
    const { room_id } = news.room;
    if (news.type === "room.ended") {
      ended.add(room_id);
      rings.value = over(rings.peek(), room_id);
      followedLive.value = followedLive.peek()?.filter(({ room }) => room.room_id !== room_id);
    } else if (news.type === "room.live" || news.type === "room.speaking") {
      const ring = { room_id, role: news.role };
      rings.value = arrive(rings.peek(), FOLLOWED, news.person.account_id, ring, Date.now());
      setTimeout(look, Math.random() * SPREAD);
    }
  });
}

async function readFollowed(): Promise<void> {
  const account = accountId.peek();
  if (!account) return;
  const asked = Date.now();
  const rooms: FollowedRoom[] = [];
  let cursor: string | null = null;
  try {
    for (let page = 0; page < PAGES; page += 1) {
      const found: Page<FollowedRoom> = await followedRooms(cursor);
      rooms.push(...found.items);
      cursor = found.next;
      if (!cursor) break;
    }
  } catch {
    // What was known still stands, for as long as it counts.
    return;
  }
  if (accountId.peek() !== account || asked < newest) return;
  newest = asked;
  const on = rooms.filter(({ room }) => !ended.has(room.room_id));
  followedLive.value = on;
  const live = on.flatMap(({ room: { room_id }, people }) =>
    people.map(({ account: { account_id }, role }) => [account_id, { room_id, role }] as const),
  );
  rings.value = report(rings.peek(), FOLLOWED, live, asked);
}
