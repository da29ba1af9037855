/** The page's start: styles, theme, who I am and what is new to me, then the app. */

import "@fontsource-variable/bricolage-grotesque/index.css";
import "./styles/index.css";
import { render } from "preact";
import { watchAlerts } from "./alerts/current";
import { App } from "./app";
import { begin } from "./auth/me";
import { watchLive } from "./live/now";
import { keepInTouch } from "./realtime/news";
import { applyTheme } from "./theme";

applyTheme();
// Without a sign-in, or with the API away, a guest still gets every page.
void begin();
watchAlerts();
watchLive();
keepInTouch();
const root = document.getElementById("app");
if (root) render(<App />, root);
