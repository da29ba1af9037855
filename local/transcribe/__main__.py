"""`python -m local.transcribe`: the stand-in as a process of its own.

STOA_TRANSCRIBE_PORT   0: any that is free
STOA_TRANSCRIBE_TLS    a directory for the certificate; `ca.pem` in it is for SSL_CERT_FILE
STOA_RECOGNISER        speech (default), grammar, scripted or whisper
STOA_WHISPER_MODEL     the directory of a faster-whisper model
AWS_ENDPOINT_URL       moto, which knows the vocabularies
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY   whose signatures it accepts

Prints `Transcribe stands in at https://localhost:<port>` when it listens.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from core.clock import utc_now
from local.transcribe import sphinx
from local.transcribe.certificate import Certificate, make_certificate
from local.transcribe.recogniser import CannotRecognise, MakeRecogniser
from local.transcribe.scripted import Scripted
from local.transcribe.server import running
from local.transcribe.stream import Service, WordLists
from local.transcribe.whisper import whisper
from local.transcribe.word_lists import MotoWordLists, NoWordLists

REQUIRED = ("STOA_TRANSCRIBE_TLS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def make_recogniser(env: Mapping[str, str]) -> MakeRecogniser:
    """The recogniser that the environment names; CannotRecognise says what is in the way."""
    name = env.get("STOA_RECOGNISER") or "speech"
    if name == "scripted":
        return lambda _: Scripted()
    if name == "whisper":
        return whisper(Path(env.get("STOA_WHISPER_MODEL") or "."))
    if name not in ("speech", "grammar"):
        raise CannotRecognise(
            f"STOA_RECOGNISER must be speech, grammar, scripted or whisper, not {name!r}."
        )
    sphinx.check()
    return sphinx.free_speech if name == "speech" else sphinx.grammar


async def serve(service: Service, certificate: Certificate, sock: socket.socket) -> None:
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with running(service, certificate, sock) as (_, url):
        print(f"Transcribe stands in at {url}", flush=True)
        await stop.wait()


def main(env: Mapping[str, str]) -> int:
    """The exit status."""
    moto = env.get("AWS_ENDPOINT_URL")
    word_lists: WordLists = MotoWordLists(moto) if moto else NoWordLists()
    missing = [name for name in REQUIRED if not env.get(name)]
    if missing:
        print(f"The Transcribe stand-in can't start: {missing[0]} is not set.", file=sys.stderr)
        return 1
    try:
        service = Service(
            make_recogniser=make_recogniser(env),
            word_lists=word_lists,
            secrets={env["AWS_ACCESS_KEY_ID"]: env["AWS_SECRET_ACCESS_KEY"]},
            now=utc_now,
        )
    except CannotRecognise as error:
        print(f"The Transcribe stand-in can't start. {error}", file=sys.stderr)
        return 1
    certificate = make_certificate(Path(env["STOA_TRANSCRIBE_TLS"]), utc_now())
    sock = socket.create_server(("127.0.0.1", int(env.get("STOA_TRANSCRIBE_PORT") or 0)))
    asyncio.run(serve(service, certificate, sock))
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
