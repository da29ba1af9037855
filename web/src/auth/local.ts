/** Signing in to a stack on one machine: pick a handle. */

import { answered } from "../api/answered";
import { ApiError } from "../api/problem";
import type { Issuer } from "./session";

const HANDLE = "stoa.handle";
const TOKEN = "stoa.token";

/** Kept per tab, so that two tabs of one browser can be two people in a room. */
export class LocalIssuer implements Issuer {
  readonly kind = "local";

  async enter(handle: string): Promise<string> {
    const request = new Request("/local/sign-in", {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "Idempotency-Key": crypto.randomUUID(),
      },
      body: JSON.stringify({ handle }),
    });
    const response = await answered(request);
    if (!response.ok) throw await ApiError.from(response);
    const { token } = (await response.json()) as { token: string };
    sessionStorage.setItem(HANDLE, handle);
    sessionStorage.setItem(TOKEN, token);
    return token;
  }

  async restore(): Promise<string | null> {
    return sessionStorage.getItem(TOKEN);
  }

  async renew(): Promise<string | null> {
    const handle = sessionStorage.getItem(HANDLE);
    return handle ? this.enter(handle) : null;
  }

  async forget(): Promise<void> {
    sessionStorage.removeItem(HANDLE);
    sessionStorage.removeItem(TOKEN);
  }
}
