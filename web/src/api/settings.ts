/** Calls about what I prefer on every device, and where I can be reached. */

import { answer, api } from "./client";
import type { components } from "./schema";

export type Settings = components["schemas"]["Settings"];

export const readSettings = () => answer(api.GET("/me/settings"));
export const writeSettings = (settings: Settings) =>
  answer(api.PUT("/me/settings", { body: settings }));

export const listDevices = () => answer(api.GET("/me/devices"));
