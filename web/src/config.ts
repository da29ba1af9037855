/** What this deployment tells its pages: how to sign in, whose script takes payments, where news is. */

export interface OidcConfig {
  authority: string;
  client_id: string;
}

type Config = ({ sign_in: "local" } | ({ sign_in: "oidc" } & OidcConfig)) & {
  /** Where Stripe.js, or what stands in for it, is loaded from. */
  stripe_js?: string;
  /** The WebSocket API, if it is not at `/events` beside the page. */
  sockets?: string;
};

let reading: Promise<Config> | null = null;

/** Reads it once; a failure is forgotten, so that the next one who asks tries again. */
export function readConfig(): Promise<Config> {
  reading ??= fetch("/config.json")
    .then((response) => response.json() as Promise<Config>)
    .catch((error: unknown) => {
      reading = null;
      throw error;
    });
  return reading;
}
