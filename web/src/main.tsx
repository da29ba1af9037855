/** The page's start: styles, theme, who I am, then the app. */

import "@fontsource-variable/bricolage-grotesque/index.css";
import "./styles/index.css";
import { render } from "preact";
import { App } from "./app";
import { begin } from "./auth/me";
import { applyTheme } from "./theme";

applyTheme();
// Without a sign-in, or with the API away, a guest still gets every page.
begin().catch(() => undefined);
const root = document.getElementById("app");
if (root) render(<App />, root);
