/** Calls to the API: JSON in and out, with the caller's token if there is one. */

import { renew, token } from "../auth/session";
import { heard } from "./clock";
import { ApiError, Unreachable } from "./problem";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

interface Options {
  body?: unknown;
  /** Lets the request outlive the page. */
  keepalive?: boolean;
  /** The Idempotency-Key of a POST that may be tried again later; a fresh one by default. */
  key?: string;
}

/** The answer's JSON (undefined for 204). Raises ApiError, Unreachable. */
export async function call<Answer>(
  method: Method,
  path: string,
  options: Options = {},
): Promise<Answer> {
  const response = await answer(method, path, options);
  if (response.status === 204) return undefined as Answer;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as Answer;
}

/** A file of the API, as the caller may see it. Raises ApiError, Unreachable. */
export async function readFile(path: string): Promise<Blob> {
  return (await answer("GET", path, {})).blob();
}

async function answer(method: Method, path: string, options: Options): Promise<Response> {
  // One key for both tries: a POST that is sent twice happens once.
  const key = method === "POST" ? (options.key ?? crypto.randomUUID()) : null;
  let response = await send(method, path, options, key);
  if (response.status === 401 && token.value && (await renew())) {
    response = await send(method, path, options, key);
  }
  if (!response.ok) throw await ApiError.from(response);
  return response;
}

async function send(
  method: Method,
  path: string,
  { body, keepalive = false }: Options,
  key: string | null,
): Promise<Response> {
  // Pages and the API share paths, so an answer must never come from the page's cache.
  const init: RequestInit = { method, keepalive, cache: "no-store" };
  const headers: Record<string, string> = { Accept: "application/json" };
  if (token.value) headers["Authorization"] = `Bearer ${token.value}`;
  if (key) headers["Idempotency-Key"] = key;
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(path, { ...init, headers });
    heard(response.headers.get("Date"), Date.now());
    return response;
  } catch (error) {
    throw new Unreachable("no answer", { cause: error });
  }
}
