"""An OpenID issuer on loopback: its published keys, and tokens that it signed."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from functions.shared.config import Config


@dataclass(frozen=True)
class Issuer:
    """Whose tokens a deployment accepts; `asked` are the paths at which its keys were read."""

    jwks_url: str
    config: Config
    key: rsa.RSAPrivateKey
    asked: list[str]

    def sign(
        self,
        account_id: str,
        *,
        with_key: rsa.RSAPrivateKey | None = None,
        kid: str | None = "k1",
        **changes: Any,
    ) -> str:
        """An ID token of this account, with these claims changed; None leaves one out."""
        claims = {
            "sub": account_id,
            "iss": self.config.issuer,
            "aud": self.config.audience,
            "exp": int(time.time()) + 600,
        } | changes
        told = {name: value for name, value in claims.items() if value is not None}
        headers = {"kid": kid} if kid else None
        return jwt.encode(told, with_key or self.key, algorithm="RS256", headers=headers)


@contextmanager
def publishing(config: Config) -> Iterator[Issuer]:
    """The issuer, so long as its keys can be read."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    body = json.dumps({"keys": [public | {"kid": "k1", "use": "sig", "alg": "RS256"}]}).encode()

    asked: list[str] = []

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Issuer(f"http://127.0.0.1:{server.server_port}/jwks.json", config, key, asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
