"""The media door: WHIP and WHEP (RFC 9725) over the API, answered by media workers.

It runs beside the workers, which only it can reach, and needs nothing else but DynamoDB. The room
token, not the account's, is what opens it.
"""

from datetime import datetime

from chalice.app import Response

from core.placement import Placement
from functions.media_door import actions
from functions.media_door.actions import Way
from functions.media_door.forward import Forwarder, WorkerAnswer
from functions.shared.aws import environment
from functions.shared.config import Config
from functions.shared.door import Door
from functions.shared.gateway_event import Request

app = Door("media_door", Config.from_env(environment()))
way = Way(
    placement=Placement(app.database),
    workers=Forwarder(),
    secrets=app.config.room_secrets,
)


@app.answers("POST", "/media/{room_id}", status=201)
def connect(request: Request, room_id: str, now: datetime) -> Response:
    """Send an SDP offer, get the answer: sendrecv talks and hears, recvonly hears."""
    return show(actions.connect(way, request, room_id, now))


@app.answers("PATCH", "/media/{room_id}/{peer_id}")
def restart(request: Request, room_id: str, peer_id: str, now: datetime) -> Response:
    """Restart ICE with an SDP fragment."""
    return show(actions.restart(way, request, room_id, peer_id, now))


@app.answers("DELETE", "/media/{room_id}/{peer_id}")
def leave(request: Request, room_id: str, peer_id: str, now: datetime) -> Response:
    """Close the connection."""
    return show(actions.leave(way, request, room_id, peer_id, now))


def show(answer: WorkerAnswer) -> Response:
    """The worker's answer as it came."""
    return Response(body=answer.body, status_code=answer.status, headers=dict(answer.headers))
