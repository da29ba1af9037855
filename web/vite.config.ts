/** How the client is built into web/dist, and how `npm run dev` reaches a running stack. */

import { defineConfig, type ProxyOptions } from "vite";

const stack = "http://127.0.0.1:8080";

/** Pages and the API share paths (/rooms/{room_id}): a navigation asks for HTML, a call for JSON. */
const api: ProxyOptions = {
  target: stack,
  bypass: (request) => (request.headers.accept?.includes("text/html") ? "/index.html" : undefined),
};

export default defineConfig({
  cacheDir: "../node_modules/.vite",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // The first versions that know CSS light-dark(), which carries both themes.
    target: ["chrome123", "firefox120", "safari17.5"],
    // Swagger UI, which only the reference loads, is no mistake.
    chunkSizeWarningLimit: 1_700,
  },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  server: {
    proxy: {
      "/events": { target: stack, ws: true },
      ...Object.fromEntries(
        [
          "/accounts",
          "/config.json",
          "/holds",
          "/local",
          "/me",
          "/media",
          "/openapi.json",
          "/reports",
          "/rooms",
          "/tickets",
        ].map((path) => [path, api]),
      ),
    },
  },
});
