"""Letting members through to the worker that runs their room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from core.errors import NotFound
from core.health import answers
from core.placement import Placement
from core.tokens import read_pass
from functions.media_door.forward import Forwarder, WorkerAnswer
from functions.media_door.model import (
    FRAGMENT,
    SDP,
    bearer_token,
    check_accept,
    check_content_type,
    check_room,
    check_size,
)
from functions.shared.gateway_event import Request

# A token is for coming in. Who is in may restart and leave with it when its time is over: the
# worker sees to it that the connection is theirs.
WHENEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a request gets to a worker, and what proves that it may."""

    placement: Placement
    workers: Forwarder
    secrets: Sequence[str]


def connect(way: Way, request: Request, room_id: str, now: datetime) -> WorkerAnswer:
    """A member's SDP offer, answered by the room's worker, which is found if there is none.

    A worker whose heartbeat is overdue and that does not answer has lost the room by that.

    Conflict `not_live`, Unavailable `no_capacity`, `worker_unreachable`.
    """
    check_pass(way, request, room_id, now)
    check_body(request, SDP)
    _lease, worker, _new = way.placement.place(room_id, now, answers)
    path = f"/media/{quote(room_id, safe='')}"
    return way.workers.forward(worker, request, path)


def restart(way: Way, request: Request, room_id: str, peer_id: str, now: datetime) -> WorkerAnswer:
    """New ICE credentials for a connection; NotFound `peer_not_found`."""
    check_pass(way, request, room_id, WHENEVER)
    check_body(request, FRAGMENT)
    return pass_on(way, request, room_id, peer_id, now)


def leave(way: Way, request: Request, room_id: str, peer_id: str, now: datetime) -> WorkerAnswer:
    """The end of a connection; NotFound `peer_not_found`."""
    check_pass(way, request, room_id, WHENEVER)
    check_size(request.body)
    return pass_on(way, request, room_id, peer_id, now)


def check_pass(way: Way, request: Request, room_id: str, now: datetime) -> None:
    """Nothing if the caller has a token for this room; BadToken, NotAllowed `wrong_room`."""
    token = bearer_token(request.headers.get("authorization"))
    check_room(read_pass(token, way.secrets, now), room_id)


def check_body(request: Request, media_type: str) -> None:
    """Nothing if the body is of this type and size, and the client takes the same type back."""
    check_content_type(request.headers.get("content-type"), media_type)
    check_accept(request.headers.get("accept"), media_type)
    check_size(request.body)


def pass_on(way: Way, request: Request, room_id: str, peer_id: str, now: datetime) -> WorkerAnswer:
    """What the room's worker says about one of its connections."""
    holder = way.placement.holder(room_id, now)
    if holder is None:
        raise NotFound("peer_not_found", "There is no such connection.")
    _lease, worker = holder
    if worker.quiet(now) and not answers(worker):
        raise NotFound("peer_not_found", "Its worker is gone.")
    path = f"/media/{quote(room_id, safe='')}/{quote(peer_id, safe='')}"
    return way.workers.forward(worker, request, path)
