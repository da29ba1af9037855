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
    """Whose tokens a deployment accepts."""

    jwks_url: str
    config: Config
    key: rsa.RSAPrivateKey

    def sign(self, account_id: str, **changes: Any) -> str:
        """An ID token of this account, with these claims changed."""
        claims = {
            "sub": account_id,
            "iss": self.config.issuer,
            "aud": self.config.audience,
            "exp": int(time.time()) + 600,
        } | changes
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "k1"})


@contextmanager
def publishing(config: Config) -> Iterator[Issuer]:
    """The issuer, so long as its keys can be read."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    body = json.dumps({"keys": [public | {"kid": "k1", "use": "sig", "alg": "RS256"}]}).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Issuer(f"http://127.0.0.1:{server.server_port}/jwks.json", config, key)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
