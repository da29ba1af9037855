/** Calls about accounts: mine, and those I follow or block. */

import { answer, api } from "./client";
import type { components } from "./schema";

export type Profile = components["schemas"]["Profile"];

const of = (handle: string) => ({ params: { path: { handle } } });

export const readMe = () => answer(api.GET("/me"));
export const writeMe = (profile: Profile) => answer(api.PUT("/me", { body: profile }));
export const readAccount = (handle: string) => answer(api.GET("/accounts/{handle}", of(handle)));

export const follow = (handle: string) => answer(api.PUT("/me/following/{handle}", of(handle)));
export const unfollow = (handle: string) =>
  answer(api.DELETE("/me/following/{handle}", of(handle)));
export const block = (handle: string) => answer(api.PUT("/me/blocked/{handle}", of(handle)));
export const unblock = (handle: string) => answer(api.DELETE("/me/blocked/{handle}", of(handle)));

export const following = (cursor: string | null) =>
  answer(api.GET("/me/following", { params: { query: { limit: 100, cursor } } }));
export const followers = (handle: string, cursor: string | null) =>
  answer(
    api.GET("/accounts/{handle}/followers", {
      params: { path: { handle }, query: { limit: 100, cursor } },
    }),
  );
