"""What the media door takes: media types, sizes, tokens. Pure rules (RFC 9725, RFC 9110)."""

from http import HTTPStatus

from core.errors import NotAllowed
from core.tokens import BadToken, RoomPass
from functions.shared.http_refusal import HttpRefusal

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
MAX_SDP = 16 * 1024


def check_content_type(header: str | None, wanted: str) -> None:
    """Nothing if the body is of this type, whatever its parameters."""
    media_type = (header or "").partition(";")[0].strip().lower()
    if media_type != wanted:
        raise HttpRefusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            f"Content-Type must be {wanted}.",
        )


def check_accept(header: str | None, offered: str) -> None:
    """Nothing if the Accept header lets this type through (RFC 9110 section 12.5.1)."""
    if header is None or not header.strip():
        return
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        weights[media_range] = weight(parameters)
    kind = offered.partition("/")[0]
    fitting = [one for one in (offered, f"{kind}/*", "*/*") if one in weights]
    # The most specific range decides.
    if not fitting or weights[fitting[0]] <= 0:
        raise HttpRefusal(HTTPStatus.NOT_ACCEPTABLE, "not_acceptable", f"The answer is {offered}.")


def weight(parameters: list[str]) -> float:
    """The weight `q` among a media range's parameters; 1 if there is none that makes sense."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 1.0
    return 1.0


def check_size(body: bytes) -> None:
    """Nothing if the body has 16 KiB at most."""
    if len(body) > MAX_SDP:
        raise HttpRefusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "body_too_large",
            f"A body may have {MAX_SDP} bytes.",
        )


def bearer_token(header: str | None) -> str:
    """The token of an Authorization header (RFC 6750 section 2.1)."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadToken("bad_token", "Authorization must be the room's bearer token.")
    return token.strip()


def check_room(room_pass: RoomPass, room_id: str) -> None:
    """Nothing if the pass is for this room."""
    if room_pass.room_id != room_id:
        raise NotAllowed("wrong_room", "This token opens another room.")
