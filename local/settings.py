"""What the person who starts the stack may choose, by STOA_* names in the environment."""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from local.names import DEMO_HANDLE

LAST_PORT = 65535
BACKLOG = 512
MOST_WORKERS = 16


class CannotStart(Exception):
    """A sentence for the person at the terminal that says what is in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One local stack.

    bind            STOA_BIND: the address to listen on, for HTTP
    media_bind      the same for media; unless one is chosen this machine's own, since Firefox and
                    libnice send none to 127.0.0.1
    port            STOA_PORT: HTTP; 0 takes any that is free
    media_port      STOA_MEDIA_PORT: UDP; 0 takes any that is free
    media_address   STOA_MEDIA_ADDRESS: where clients send their media
    workers         STOA_WORKERS: how many media workers; beyond the first they take any port
    demo            STOA_DEMO: `off` leaves the demo room out
    captions        STOA_CAPTIONS: `off` leaves the caption plane out
    rollout         STOA_TICKETS_ROLLOUT: who may sell tickets, `everyone`, `nobody` or the `list`
    rollout_list    STOA_TICKETS_ROLLOUT_LIST: handles, with commas; the demo's host by default
    """

    bind: str
    media_bind: str
    port: int
    media_port: int
    media_address: str
    workers: int
    demo: bool
    captions: bool
    rollout: str
    rollout_list: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read STOA_* names; CannotStart says what is wrong with one."""
        bind = _ip(env, "STOA_BIND")
        media_bind = bind or own_address()
        return cls(
            bind=bind or "127.0.0.1",
            media_bind=media_bind,
            port=_port(env, "STOA_PORT", 8080),
            media_port=_port(env, "STOA_MEDIA_PORT", 0),
            media_address=_ip(env, "STOA_MEDIA_ADDRESS") or media_address(media_bind),
            workers=_count(env, "STOA_WORKERS"),
            demo=_switch(env, "STOA_DEMO"),
            captions=_switch(env, "STOA_CAPTIONS"),
            rollout=_choice(env, "STOA_TICKETS_ROLLOUT", ("list", "everyone", "nobody")),
            rollout_list=env.get("STOA_TICKETS_ROLLOUT_LIST", DEMO_HANDLE),
        )

    @property
    def reachable_at(self) -> str:
        """An address of this machine at which the HTTP port answers."""
        return "127.0.0.1" if ipaddress.IPv4Address(self.bind).is_unspecified else self.bind


def media_address(bind: str) -> str:
    """Where media reaches a socket bound like this: an address that clients can send to."""
    return own_address() if ipaddress.IPv4Address(bind).is_unspecified else bind


def own_address() -> str:
    """This machine's address on the network that its default route leads to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # RFC 5737: an address that nobody has. Connecting a UDP socket sends nothing.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def free_port(address: str) -> int:
    """A TCP port that nobody has now, for a child that keeps it when it starts again."""
    with socket.create_server((address, 0)) as probe:
        return int(probe.getsockname()[1])


def listen(settings: Settings) -> socket.socket:
    """The HTTP socket, so that a port in use is known before anything starts."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as media:
        _bind(media, settings.media_bind, settings.media_port, "STOA_MEDIA_PORT")
    http = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    http.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _bind(http, settings.bind, settings.port, "STOA_PORT")
    # With SO_REUSEADDR a second socket may bind the port, until one listens.
    http.listen(BACKLOG)
    return http


def _bind(sock: socket.socket, address: str, port: int, setting: str) -> None:
    try:
        sock.bind((address, port))
    except OSError as error:
        sock.close()
        reason = error.strerror.lower() if error.strerror else str(error)
        raise CannotStart(
            f"Stoa can't listen on {address}:{port} ({reason}): "
            f"stop what uses it, or choose another port with {setting}."
        ) from error


def _ip(env: Mapping[str, str], name: str) -> str | None:
    text = env.get(name)
    if not text:
        return None
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError as error:
        raise CannotStart(f"{name} must be an IPv4 address, not {text!r}.") from error


def _switch(env: Mapping[str, str], name: str) -> bool:
    return _choice(env, name, ("on", "off")) == "on"


def _choice(env: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    """One of the words, the first if nothing is said."""
    text = env.get(name) or known[0]
    if text not in known:
        *others, last = known
        raise CannotStart(f"{name} must be {', '.join(others)} or {last}, not {text!r}.")
    return text


def _count(env: Mapping[str, str], name: str) -> int:
    text = env.get(name) or "1"
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise CannotStart(f"{name} must be a number from 1 to {MOST_WORKERS}, not {text!r}.")
    return int(text)


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise CannotStart(f"{name} must be a port number from 0 to {LAST_PORT}, not {text!r}.")
    return int(text)
