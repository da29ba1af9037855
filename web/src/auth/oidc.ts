/** Signing in at an OIDC issuer: the code flow with PKCE (RFC 7636); the ID token is the bearer. */

import type { UserManager } from "oidc-client-ts";
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

  /** At CALLBACK: the token, and where the person was. */
  async complete(): Promise<{ token: string | null; returnTo: string }> {
    const user = await (await this.#users()).signinCallback();
    const returnTo = typeof user?.state === "string" ? user.state : "/";
    return { token: user?.id_token ?? null, returnTo };
  }

  async restore(): Promise<string | null> {
    const user = await (await this.#users()).getUser();
    if (!user) return null;
    return user.expired ? this.renew() : (user.id_token ?? null);
  }

  async renew(): Promise<string | null> {
    const users = await this.#users();
    const user = await users.signinSilent().catch(() => null);
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
