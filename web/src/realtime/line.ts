/** The connection for news on a real WebSocket: does what `link` says, tells it what happens. */

import { token } from "../auth/session";
import { readConfig } from "../config";
import { type Deed, due, type Happening, type Link, OFF, step } from "./link";
import { type Message, readMessage, type Said } from "./messages";

interface Listener {
  heard: (message: Message) => void;
  /** Whether there is a connection now. */
  stands: (connected: boolean) => void;
  /** After which event to ask for what was missed. */
  resumePoint: () => string;
  /** Makes sure that the API answers and takes our token; rejects if it doesn't. */
  check: () => Promise<unknown>;
}

export class Line {
  readonly #listener: Listener;
  readonly #sockets = new Map<number, WebSocket>();
  #link: Link = OFF;
  #timer = 0;

  constructor(listener: Listener) {
    this.#listener = listener;
    const wake = () => document.visibilityState === "visible" && this.#happen({ type: "woken" });
    document.addEventListener("visibilitychange", wake);
    window.addEventListener("pageshow", (event) => event.persisted && wake());
    window.addEventListener("online", () => this.#happen({ type: "woken" }));
  }

  /** Keeps connected from now on. */
  want(): void {
    this.#happen({ type: "wanted" });
  }

  drop(): void {
    this.#happen({ type: "unwanted" });
  }

  #happen(happening: Happening): void {
    const { link, deeds } = step(this.#link, happening, Date.now(), Math.random());
    const stood = this.#link.phase.is === "open";
    this.#link = link;
    for (const deed of deeds) this.#carryOut(deed);
    const stands = this.#link.phase.is === "open";
    if (stands !== stood) this.#listener.stands(stands);
    clearTimeout(this.#timer);
    const time = due(this.#link);
    if (time === null) return;
    const delay = Math.max(0, time - Date.now());
    this.#timer = window.setTimeout(() => this.#happen({ type: "due" }), delay);
  }

  #carryOut(deed: Deed): void {
    const socket = this.#sockets.get(deed.socket);
    if (deed.do === "connect") void this.#connect(deed.socket, deed.wary);
    else if (deed.do === "say") socket?.send(JSON.stringify(this.#words(deed.said)));
    else {
      this.#sockets.delete(deed.socket);
      socket?.close();
    }
  }

  #words(said: Said["type"]): Said {
    if (said === "ping") return { type: "ping" };
    return { type: "resume", after: this.#listener.resumePoint() };
  }

  async #connect(id: number, wary: boolean): Promise<void> {
    try {
      if (wary) await this.#listener.check();
      const url = await address();
      // Given up while we asked.
      if (!this.#expects(id)) return;
      this.#attach(id, new WebSocket(url));
    } catch {
      this.#happen({ type: "closed", socket: id });
    }
  }

  #attach(id: number, socket: WebSocket): void {
    this.#sockets.set(id, socket);
    socket.addEventListener("open", () => this.#happen({ type: "opened", socket: id }));
    socket.addEventListener("message", (event) => {
      const message = readMessage(event.data);
      this.#happen({ type: "heard", socket: id, message });
      if (message) this.#listener.heard(message);
    });
    socket.addEventListener("close", () => {
      this.#sockets.delete(id);
      this.#happen({ type: "closed", socket: id });
    });
  }

  #expects(id: number): boolean {
    const { phase } = this.#link;
    return (
      (phase.is === "opening" && phase.socket === id) || (phase.is === "open" && phase.heir === id)
    );
  }
}

/** A browser can't send a header with it: the token is in the address. */
async function address(): Promise<string> {
  const { sockets } = await readConfig();
  const url = new URL(sockets ?? "/events", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("token", token.value ?? "");
  return url.href;
}
