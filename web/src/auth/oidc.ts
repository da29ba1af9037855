/** Signing in at an OIDC issuer: the code flow with PKCE (RFC 7636); the ID token is the bearer. */

import type { UserManager } from "oidc-client-ts";
import { Unreachable } from "../api/problem";
import type { OidcConfig } from "../config";
import type { Issuer } from "./session";

export const CALLBACK = "/sign-in/callback";

export class OidcIssuer implements Issuer {
  readonly kind = "oidc";
  readonly #config: OidcConfig;
  #manager: Promise<UserManager> | null = null;

  constructor(config: OidcConfig) {
    this.#config = config;
  }

  /** Leaves for the issuer's page; comes back to CALLBACK, and from there to `returnTo`. */
  async redirect(returnTo: string): Promise<void> {
    await (await this.#users()).signinRedirect({ state: returnTo });
  }

  /** At CALLBACK: where the person was. */
  async complete(): Promise<string> {
    const user = await (await this.#users()).signinCallback();
    return typeof user?.state === "string" ? user.state : "/";
  }

  async restore(): Promise<string | null> {
    const user = await (await this.#users()).getUser();
    if (!user) return null;
    return user.expired ? this.renew() : (user.id_token ?? null);
  }

  async renew(): Promise<string | null> {
    const users = await this.#users();
    const user = await users.signinSilent().catch((error: unknown) => {
      if (isRefusal(error)) return null;
      // Who has no network for a moment is still signed in.
      throw new Unreachable("no answer", { cause: error });
    });
    if (!user) await users.removeUser();
    return user?.id_token ?? null;
  }

  async forget(): Promise<void> {
    await (await this.#users()).removeUser();
  }

  #users(): Promise<UserManager> {
    this.#manager ??= import("oidc-client-ts").then(
      ({ UserManager, WebStorageStateStore }) =>
        new UserManager({
          authority: this.#config.authority,
          client_id: this.#config.client_id,
          redirect_uri: location.origin + CALLBACK,
          scope: "openid profile email",
          automaticSilentRenew: false,
          userStore: new WebStorageStateStore({ store: localStorage }),
        }),
    );
    return this.#manager;
  }
}

/** The issuer said no, or stayed silent in the frame in which it was asked. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && ["ErrorResponse", "ErrorTimeout"].includes(error.name);
}
