/** Calls about what I prefer on every device. */

import type { CaptionStyle } from "../captions/style";
import { call } from "./http";

/** What this client does not show, it passes on as it was. */
export interface Settings {
  captions: CaptionStyle;
  notifications: unknown;
}

export const readSettings = () => call<Settings>("GET", "/me/settings");
export const writeSettings = (settings: Settings) =>
  call<Settings>("PUT", "/me/settings", { body: settings });
