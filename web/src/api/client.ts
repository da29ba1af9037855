/** The API as its contract has it (`make client` writes schema.d.ts), with the caller's token. */

import createClient from "openapi-fetch";
import { renew, token } from "../auth/session";
import { heard } from "./clock";
import { ApiError, Unreachable } from "./problem";
import type { paths } from "./schema";

const KEY = "Idempotency-Key";

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
  // One key for both tries: a POST that is sent twice happens once.
  if (request.method === "POST" && !request.headers.has(KEY)) {
    request.headers.set(KEY, crypto.randomUUID());
  }
  let response = await attempt(request.clone());
  if (response.status === 401 && token.value && (await renew())) response = await attempt(request);
  if (!response.ok) throw await ApiError.from(response);
  return response;
}

async function attempt(request: Request): Promise<Response> {
  if (token.value) request.headers.set("Authorization", `Bearer ${token.value}`);
  try {
    const response = await fetch(request);
    heard(response.headers.get("Date"), Date.now());
    return response;
  } catch (error) {
    throw new Unreachable("no answer", { cause: error });
  }
}
