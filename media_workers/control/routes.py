"""The worker's private HTTP side: WHIP and WHEP (RFC 9725) as the media door passes them on.

POST   /media/{room_id}             an SDP offer -> 201, the answer, Location, ETag
PATCH  /media/{room_id}/{peer_id}   an ICE restart (RFC 8840 fragment) -> 200 and a fragment
DELETE /media/{room_id}/{peer_id}   leave
GET    /workers/{worker_id}         whether it is this one, and lives -> 204
GET    /health, /metrics
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.aiohttp import make_aiohttp_handler

from core.errors import NotAllowed, NotFound, Unavailable
from core.placement import RETRY_AFTER
from core.tokens import BadToken, RoomPass, read_pass
from media_workers.control.problems import HttpRefusal, answer_problems
from media_workers.control.trace import trace
from media_workers.peers.handshakes import Handshakes, caller_of
from media_workers.process.cloud import CLOUD_ERRORS
from media_workers.rooms.seats import Seat
from media_workers.rooms.sessions import Sessions
from media_workers.transport.sdp import parse_offer, parse_trickle_fragment

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
MAX_BODY = 16 * 1024


class Control:
    """The handlers. `utc` and `monotonic` are the worker's clocks."""

    def __init__(
        self,
        sessions: Sessions,
        *,
        worker_id: str,
        capacity: int,
        secrets: Sequence[str],
        registry: CollectorRegistry,
        utc: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._sessions = sessions
        self._worker_id = worker_id
        self._capacity = capacity
        self._secrets = secrets
        self._registry = registry
        self._handshakes = Handshakes()
        self._utc = utc
        self._monotonic = monotonic

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(middlewares=[trace, answer_problems], client_max_size=MAX_BODY)
        app.router.add_post("/media/{room_id}", self.connect)
        app.router.add_patch("/media/{room_id}/{peer_id}", self.restart)
        app.router.add_delete("/media/{room_id}/{peer_id}", self.leave)
        app.router.add_get("/workers/{worker_id}", self.attend)
        app.router.add_get("/health", self.health)
        app.router.add_get("/metrics", make_aiohttp_handler(self._registry))
        return app

    async def connect(self, request: web.Request) -> web.Response:
        """A member's offer is answered."""
        room_pass = self._room_pass(request, self._utc())
        _expect(request, SDP)
        offer = parse_offer(await request.read())
        if self._sessions.draining:
            raise Unavailable("draining", "This worker is shutting down.", retry_after=1)
        if self._sessions.peers >= self._capacity:
            raise Unavailable("no_capacity", "This worker is full.", retry_after=RETRY_AFTER)
        session = await self._sessions.open(room_pass.room_id)
        if not session.knows(room_pass.account_id):
            try:
                await session.changes.look_up(room_pass.account_id)
            except CLOUD_ERRORS as error:
                raise Unavailable(
                    "unavailable", "The roster can't be read just now.", retry_after=2
                ) from error
        now = self._monotonic()
        caller = caller_of(room_pass.account_id, _address(request))
        self._handshakes.check(caller, now)
        seat = session.admit(room_pass.account_id, offer, now)
        self._handshakes.begin(caller, seat.peer, now)
        return web.Response(
            status=HTTPStatus.CREATED,
            body=seat.peer.answer.encode(),
            content_type=SDP,
            headers={
                "Location": f"/media/{room_pass.room_id}/{seat.peer.peer_id}",
                "ETag": seat.etag,
                "Accept-Patch": FRAGMENT,
            },
        )

    async def restart(self, request: web.Request) -> web.Response:
        """New ICE credentials on the same DTLS association."""
        seat = self._seat(request)
        _expect(request, FRAGMENT)
        fragment = parse_trickle_fragment(await request.read())
        if request.headers.get("If-Match", "") not in ("*", seat.etag):
            raise HttpRefusal(
                HTTPStatus.PRECONDITION_FAILED,
                "wrong_etag",
                "If-Match must name the ICE session that is restarted, or be *.",
            )
        answer = seat.peer.restart_ice(fragment)
        if not answer:
            return web.Response(status=HTTPStatus.NO_CONTENT, headers={"ETag": seat.etag})
        seat.restarted()
        headers = {"ETag": seat.etag}
        return web.Response(body=answer.encode(), content_type=FRAGMENT, headers=headers)

    async def leave(self, request: web.Request) -> web.Response:
        """The client hangs up."""
        self._seat(request).peer.close("left")
        return web.Response()

    async def attend(self, request: web.Request) -> web.Response:
        """Doors that miss a heartbeat ask by this whether a worker is dead."""
        if request.match_info["worker_id"] != self._worker_id:
            raise NotFound("worker_not_here", "Another worker has this address.")
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def health(self, _: web.Request) -> web.Response:
        """200 as long as the worker takes rooms."""
        if self._sessions.draining:
            raise Unavailable("draining", "This worker is shutting down.", retry_after=1)
        return web.json_response({"status": "ok"})

    def _seat(self, request: web.Request) -> Seat:
        """The peer that the request is about, if it is the caller's.

        A token outlives its time for the peer that it opened: connections last longer than tokens.
        """
        room_pass = self._room_pass(request, datetime.min.replace(tzinfo=self._utc().tzinfo))
        session = self._sessions.find(room_pass.room_id)
        seat = session.seat(request.match_info["peer_id"], room_pass.account_id)
        if seat is None:
            raise NotFound("peer_not_found", "There is no such connection.")
        if room_pass.expires_at <= seat.opened_at:
            raise BadToken("token_expired", "This room token has expired; join again.")
        return seat

    def _room_pass(self, request: web.Request, now: datetime) -> RoomPass:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise BadToken("bad_token", "Send the room token as a bearer token.")
        room_pass = read_pass(token.strip(), self._secrets, now)
        if room_pass.room_id != request.match_info["room_id"]:
            raise NotAllowed("wrong_room", "This token opens another room.")
        return room_pass


def _address(request: web.Request) -> str | None:
    """The client's IP address, as the door has it."""
    return request.forwarded[0].get("for") if request.forwarded else None


def _expect(request: web.Request, media_type: str) -> None:
    """Refuse a body of another type, and a client that would not take ours."""
    if request.content_type != media_type:
        raise HttpRefusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", f"Send {media_type}."
        )
    accepted = request.headers.get("Accept", "*/*").replace(" ", "").lower().split(",")
    fitting = {"*/*", "application/*", media_type}
    if not any(entry.split(";")[0] in fitting for entry in accepted):
        raise HttpRefusal(HTTPStatus.NOT_ACCEPTABLE, "not_acceptable", f"It is {media_type}.")
