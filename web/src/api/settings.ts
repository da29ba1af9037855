/** Calls about what I prefer on every device, and where I can be reached. */

import type { CaptionStyle } from "../captions/style";
import type { Notifications } from "../settings/notifications";
import { call } from "./http";

export interface Settings {
  captions: CaptionStyle;
  notifications: Notifications;
}

/** A phone that takes push messages; `dead` if it does no more. */
export interface Device {
  device_id: string;
  platform: "apns" | "fcm";
  dead: boolean;
}

export const readSettings = () => call<Settings>("GET", "/me/settings");
export const writeSettings = (settings: Settings) =>
  call<Settings>("PUT", "/me/settings", { body: settings });

export const listDevices = () => call<{ items: Device[] }>("GET", "/me/devices");
