"""The caption plane on one machine: a Transcribe stand-in, and a caption worker that trusts it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.children import Child, Say
from local.settings import free_port
from local.transcribe import sphinx
from local.transcribe.recogniser import CannotRecognise

BY_SPHINX = ("", "speech", "grammar")


@dataclass(frozen=True, slots=True)
class CaptionPlane:
    """Its two processes; the stand-in should stop last."""

    transcribe: Child
    worker: Child


def caption_plane(
    env: Mapping[str, str], tls: Path, say: Say, check: Callable[[], None] = sphinx.check
) -> CaptionPlane | None:
    """Both, with a directory for their certificate; None, and a sentence, if nothing recognises."""
    if env.get("STOA_RECOGNISER", "") in BY_SPHINX:
        try:
            check()
        except CannotRecognise as reason:
            say(f"There will be no captions. {reason}")
            return None
    port = free_port("127.0.0.1")
    stand_in = {"STOA_TRANSCRIBE_PORT": str(port), "STOA_TRANSCRIBE_TLS": str(tls)}
    worker = {
        "STOA_CAPTIONS_BIND": "127.0.0.1",
        "STOA_CAPTIONS_PORT": "0",
        "STOA_CAPTIONS_HOST": "127.0.0.1",
        "STOA_TRANSCRIBE_ENDPOINT": f"https://localhost:{port}",
        "SSL_CERT_FILE": os.fspath(tls / "ca.pem"),
    }
    return CaptionPlane(
        Child("transcribe", "local.transcribe", say, stand_in),
        Child("caption worker", "captions", say, worker),
    )
