/** Calls about accounts: mine, and those I follow or block. */

import type { Account, Me, Page } from "../types";
import { call } from "./http";

const named = (handle: string) => encodeURIComponent(handle);

export interface Profile {
  handle: string;
  name: string;
  avatar_url: string | null;
}

export const readMe = () => call<Me>("GET", "/me");
export const writeMe = (profile: Profile) => call<Me>("PUT", "/me", { body: profile });
export const readAccount = (handle: string) => call<Account>("GET", `/accounts/${named(handle)}`);

export const follow = (handle: string) => call<void>("PUT", `/me/following/${named(handle)}`);
export const unfollow = (handle: string) => call<void>("DELETE", `/me/following/${named(handle)}`);
export const block = (handle: string) => call<void>("PUT", `/me/blocked/${named(handle)}`);
export const unblock = (handle: string) => call<void>("DELETE", `/me/blocked/${named(handle)}`);

export const following = (cursor: string | null) =>
  call<Page<Account>>("GET", `/me/following?${pageAt(cursor)}`);
export const followers = (handle: string, cursor: string | null) =>
  call<Page<Account>>("GET", `/accounts/${named(handle)}/followers?${pageAt(cursor)}`);

function pageAt(cursor: string | null): string {
  return `limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
}
