/** The API as its contract has it (`make client` writes schema.d.ts), with the caller's token. */

import createClient from "openapi-fetch";
import { renew, token } from "../auth/session";
import { answered } from "./answered";
import { heard } from "./clock";
import { ApiError, mayPass, pauseAfter } from "./problem";
import { Repeats } from "./repeats";
import type { paths } from "./schema";

const KEY = "Idempotency-Key";
const repeats = new Repeats();

/** Its calls raise ApiError and Unreachable. */
export const api = createClient<paths>({
  fetch: send,
  headers: { Accept: "application/json" },
  // Pages and the API share paths, so an answer must never come from the page's cache.
  cache: "no-store",
});

/** What a call of `api` answers with; undefined for 204. */
export async function answer<Data>(call: Promise<{ data?: Data }>): Promise<Data> {
  return (await call).data as Data;
}

/** Makes a POST that may be tried again later happen once. */
export const once = (key: string) => ({ header: { [KEY]: key } });

async function send(request: Request): Promise<Response> {
  // At once: whoever leaves and signs out has left as himself.
  authorize(request);
  if (request.method !== "POST" || request.headers.has(KEY)) return deliver(request);
  const what = `${request.url} ${await request.clone().text()}`;
  const key = repeats.keyFor(what, Date.now());
  // One key for all tries: a POST that is sent twice happens once.
  request.headers.set(KEY, key);
  try {
    return await deliver(request);
  } catch (error) {
    if (mayPass(error)) repeats.keep(what, key, Date.now());
    throw error;
  }
}

async function deliver(request: Request): Promise<Response> {
  for (let tried = 1; ; tried += 1) {
    let response = await attempt(request.clone());
    if (response.status === 401 && token.value && (await renew())) {
      authorize(request);
      response = await attempt(request.clone());
    }
    if (response.ok) return response;
    const error = await ApiError.from(response);
    const pause = pauseAfter(error, tried, Math.random());
    if (pause === null) throw error;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function authorize(request: Request): void {
  if (token.value) request.headers.set("Authorization", `Bearer ${token.value}`);
}

async function attempt(request: Request): Promise<Response> {
  const response = await answered(request);
  heard(response.headers.get("Date"), Date.now());
  return response;
}
