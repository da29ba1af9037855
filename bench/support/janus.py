"""Janus' AudioBridge (https://janus.conf.meetecho.com/docs/audiobridge) as a server of a room.

Participants are plain RTP ones: sound as ours, less ICE, DTLS and SRTP.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

from support.cpu import cpu_seconds
from support.sockets import sinks
from support.sound import packets

ROOM = 1234
PAYLOAD_TYPE = 111
PACKETS_A_SECOND = 50
SETTLE_SECONDS = 3.0
FILES = {
    "janus.jcfg": 'general: {{ interface = "127.0.0.1", plugins_folder = "{plugins}", '
    'transports_folder = "{plugins}/../transports" }}\nplugins: {{ disable = "{others}" }}\n',
    "janus.transport.http.jcfg": "general: {{ http = true, port = {port}, https = false, "
    'ip = "127.0.0.1" }}\nadmin: {{ admin_http = false, admin_https = false }}\n',
    "janus.plugin.audiobridge.jcfg": 'general: {{ local_ip = "127.0.0.1" }}\n'
    'room-1234: {{ description = "bench", sampling_rate = 48000, '
    "allow_rtp_participants = true }}\n",
}


def audio_bridge(count: int, seconds: float) -> float | None:
    """CPU seconds a packet with so many listeners and one who talks; None without Janus."""
    binary = shutil.which("janus")
    if binary is None:
        return None
    with _running(binary) as janus:
        heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        heard.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        heard.bind(("127.0.0.1", 0))
        listeners = [heard, *sinks(count - 1)]
        said = packets(8)
        for listener in listeners:
            theirs = janus.join(listener.getsockname(), muted=True)
            listener.sendto(rtp(0, 1) + said[0], theirs)  # until then it counts as not there
        speaker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        speaker.bind(("127.0.0.1", 0))
        theirs = janus.join(speaker.getsockname(), muted=False)
        cpu = 0.0
        first = round(SETTLE_SECONDS * PACKETS_A_SECOND)
        due = time.monotonic()
        for number in range(first + round(seconds * PACKETS_A_SECOND)):
            if number == first:
                drained(heard)
                cpu = cpu_seconds(janus.pid)
            speaker.sendto(rtp(number, 2) + said[number % len(said)], theirs)
            due += 1 / PACKETS_A_SECOND
            time.sleep(max(0.0, due - time.monotonic()))
        cpu = cpu_seconds(janus.pid) - cpu
        delivered = drained(heard) * count
        for used in (speaker, *listeners):
            used.close()
        if not delivered:
            raise RuntimeError("Janus sends nothing")
        return cpu / delivered


def rtp(number: int, ssrc: int) -> bytes:
    """The header of a stream's packet."""
    return struct.pack(">BBHII", 0x80, PAYLOAD_TYPE, number, 960 * number, ssrc)


def drained(sock: socket.socket) -> int:
    """How many datagrams waited in it."""
    count = 0
    try:
        while sock.recv(2048, socket.MSG_DONTWAIT):
            count += 1
    except BlockingIOError:
        return count
    return count


class _Janus:
    """Its HTTP interface, in one session; a handle a participant."""

    def __init__(self, pid: int, url: str) -> None:
        self.pid = pid
        self._http = urllib3.PoolManager(retries=urllib3.Retry(20, backoff_factor=0.05))
        self._url = url
        self._url += f"/{self._ask('', janus='create')['data']['id']}"

    def join(self, address: tuple[str, int], *, muted: bool) -> tuple[str, int]:
        """A participant at this address; where Janus takes RTP from it."""
        attached = self._ask("", janus="attach", plugin="janus.plugin.audiobridge")
        rtp = {"ip": address[0], "port": address[1], "payload_type": PAYLOAD_TYPE}
        body = {"request": "join", "room": ROOM, "muted": muted, "codec": "opus", "rtp": rtp}
        self._ask(f"/{attached['data']['id']}", janus="message", body=body)
        while True:
            event = self._read(self._http.request("GET", self._url, timeout=35))
            data = event.get("plugindata", {}).get("data", {})
            if "error" in data:
                raise RuntimeError(data["error"])
            if data.get("audiobridge") == "joined" and "rtp" in data:
                return data["rtp"]["ip"], data["rtp"]["port"]

    def _ask(self, path: str, **request: Any) -> Any:
        body = json.dumps(request | {"transaction": secrets.token_hex(6)})
        answer = self._read(self._http.request("POST", self._url + path, body=body, timeout=10))
        if answer["janus"] == "error":
            raise RuntimeError(answer["error"]["reason"])
        return answer

    @staticmethod
    def _read(answer: Any) -> Any:
        return json.loads(answer.data)


@contextmanager
def _running(binary: str) -> Iterator[_Janus]:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        plugins = _plugins(binary)
        others = ",".join(
            path.name for path in plugins.glob("*.so") if "audiobridge" not in path.name
        )
        for name, text in FILES.items():
            Path(folder, name).write_text(text.format(port=port, plugins=plugins, others=others))
        process = subprocess.Popen(
            [binary, "--configs-folder", folder],
            env=os.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _Janus(process.pid, f"http://127.0.0.1:{port}/janus")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _plugins(binary: str) -> Path:
    """Where the distribution has put them."""
    prefix = Path(binary).resolve().parents[1]
    return next(iter(prefix.glob("lib/**/janus/plugins")), prefix / "lib/janus/plugins")
