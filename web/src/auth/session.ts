/** Who is signed in, as the rest of the page sees it: a bearer token, or none. */

import { signal } from "@preact/signals";
import { readConfig } from "../config";
import { LocalIssuer } from "./local";
import { OidcIssuer } from "./oidc";

/**
 * Where tokens come from; `restore` and `renew` answer null when the person must sign in, and
 * raise Unreachable when nobody can say.
 */
export interface Issuer {
  restore(): Promise<string | null>;
  renew(): Promise<string | null>;
  forget(): Promise<void>;
}

export const token = signal<string | null>(null);
export const issuer = signal<LocalIssuer | OidcIssuer | null>(null);

/** Finds out how to sign in here and takes up a sign-in. */
export async function restore(): Promise<void> {
  const config = await readConfig();
  issuer.value ??= config.sign_in === "oidc" ? new OidcIssuer(config) : new LocalIssuer();
  token.value = await issuer.value.restore();
}

let renewing: Promise<string | null> | null = null;

/** A new token after a 401; false if the person has to sign in again. Raises Unreachable. */
export async function renew(): Promise<boolean> {
  renewing ??= (issuer.value?.renew() ?? Promise.resolve(null)).finally(() => {
    renewing = null;
  });
  token.value = await renewing;
  return token.value !== null;
}

export async function signOut(): Promise<void> {
  token.value = null;
  await issuer.value?.forget();
}
