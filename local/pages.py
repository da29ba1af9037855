"""The web client's files: `web/dist`, every page of the app being index.html."""

from http import HTTPStatus
from pathlib import Path

from aiohttp import web

DIST = Path(__file__).parent.parent / "web" / "dist"
NOT_BUILT = """<!doctype html><html lang="en"><title>Stoa</title>
<h1>The web client is not built</h1>
<p>Run <code>npm ci &amp;&amp; npm run build</code> in the project's folder and load this page
again; <code>make run</code> does that by itself. The API is running.</p></html>
"""


class Pages:
    """Files below one folder, and nothing outside it."""

    def __init__(self, dist: Path = DIST) -> None:
        self._dist = dist.resolve()

    def file(self, path: str) -> web.StreamResponse | None:
        """The file of that decoded path, None if there is none."""
        if "\0" in path:
            return None
        found = (self._dist / path.lstrip("/")).resolve()
        if not found.is_relative_to(self._dist) or not found.is_file():
            return None
        # Vite puts a hash of their content into the names of assets.
        lasting = path.startswith("/assets/")
        control = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return web.FileResponse(found, headers={"Cache-Control": control})

    def app(self) -> web.StreamResponse:
        """The page that becomes every page, or one that says how to build it."""
        page = self.file("/index.html")
        if page is None:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return web.Response(status=status, text=NOT_BUILT, content_type="text/html")
        page.headers["Vary"] = "Accept"
        return page
