"""An HTTP request through a WSGI application (PEP 3333), which is what moto is."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from aiohttp import web
from werkzeug.test import run_wsgi_app


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application said."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def run(app: Any, environ: dict[str, Any]) -> Answer:
    """One request through an application."""
    parts, status, headers = run_wsgi_app(app, environ, buffered=True)
    return Answer(int(status.split(" ", 1)[0]), list(headers), b"".join(parts))


def wsgi_environ(request: web.Request, body: bytes) -> dict[str, Any]:
    """The request as PEP 3333 has it."""
    host, _, port = request.host.partition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": request.rel_url.raw_query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.remote or "",
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return environ | wsgi_headers(request.headers)


def wsgi_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """HTTP_* names of all headers but those that have a name of their own."""
    return {
        "HTTP_" + name.upper().replace("-", "_"): value
        for name, value in headers.items()
        if name.lower() not in ("content-type", "content-length", "transfer-encoding")
    }
