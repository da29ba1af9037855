/** The API's reference by Swagger UI: large, and loaded on this page alone. */

import { useEffect, useRef, useState } from "preact/hooks";
import { token } from "../auth/session";
import { useTitle } from "../components/title";
import { theme } from "../theme";

export function ReferencePage() {
  useTitle("API");
  useDarkMode();
  const place = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (place.current) show(place.current).catch(() => setFailed(true));
  }, []);
  return (
    <div class="page reference">
      {failed && <p class="lead">The reference can't be loaded just now. Please try again.</p>}
      <div ref={place} />
    </div>
  );
}

/** Swagger UI's own switch is a class on the document. */
function useDarkMode(): void {
  const system = matchMedia("(prefers-color-scheme: dark)").matches;
  const dark = theme.value === "dark" || (theme.value === "system" && system);
  useEffect(() => {
    document.documentElement.classList.toggle("dark-mode", dark);
    return () => document.documentElement.classList.remove("dark-mode");
  }, [dark]);
}

/** What it tries out is done by whoever is signed in. */
async function show(place: HTMLElement): Promise<void> {
  const [{ default: SwaggerUI }] = await Promise.all([
    import("swagger-ui-dist/swagger-ui-es-bundle.js"),
    import("swagger-ui-dist/swagger-ui.css"),
  ]);
  const ui = SwaggerUI({
    domNode: place,
    url: "/openapi.json",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    onComplete: () => {
      if (token.value) ui.preauthorizeApiKey("jwt", token.value);
    },
  });
}
