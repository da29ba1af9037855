"""What the contract says in words: how the API works, and what each part of it is for."""

from functions.contract.codes import CODES

ABOUT = """\
Live audio rooms: who hosts, talks and listens, and what they sell, schedule and read.

**Signing in.** A bearer token from the deployment's OpenID Connect issuer (a Cognito user pool by
default); `sub` is the account. Anonymous callers may read public rooms, join them as listeners and
read their captions.

**Forms.** JSON in `snake_case`; times are RFC 3339 in UTC; money is whole minor units and a
currency; a list is `{"items": [...], "next": cursor or null}`, at most 100 a page. Unknown fields
are refused. Every POST takes an `Idempotency-Key`, and a repeat gets the first answer.

**Refusals** are RFC 9457 problem details. `code` is stable and `detail` is for people; some codes
bring further members. What a caller may not know of is not found. 429 and 503 say `Retry-After`.
"""

TAGS = {
    "accounts": "Who I am, whom I follow and block, my devices and settings.",
    "rooms": "Opening, finding and joining rooms; the stage, hands, reactions, reports, the log.",
    "media_door": """\
WHIP and WHEP (RFC 9725): an SDP offer with one audio m-line and, if wanted, one data channel is
answered at the `media.url` that `join` gave, opened by the room token. `sendrecv` talks and hears,
`recvonly` only hears, `sendonly` only talks; video is refused, and the sound goes on without it.
Whole clients stand in the project's docs/clients.md.

The data channel `events` carries the room as JSON, an object or a list of them: `room.state`,
`member.joined`, `member.left`, `role.changed`, `muted`, `hand.raised`, `hand.lowered`, `speaking`,
`reaction`, `counts`, `caption`, `caption.corrected`, `quality`, `moved` (join again: another worker
has the room) and `ended`. A client may say `{"type": "captions", "wanted": false}`, and ask for
`quality` the same way.""",
    "transcripts": "Captions: reading along and back, correcting, writing by hand, words, files.",
    "tickets": "Offers, holds, promo codes, a waiting list, tickets, refunds and payouts.",
    "reminders": "Being told of rooms, and having them in a calendar.",
    "realtime": """\
A WebSocket at `/events?token=<JWT>` (in the cloud at the address that `/config.json` calls
`sockets`) tells a signed-in account its news, each with `type`, `at` and `event_id`: `room.live`,
`room.speaking`, `room.ended`, `room.rescheduled`, `room.cancelled`, `room.taken_down`,
`room.not_on_sale`, `reminder.due`, `invited_up`, `ticket.issued`, `ticket.refunded`. What comes
twice has the same `event_id`.

A client may say `{"type": "ping"}`, answered by `pong`, and after a break `{"type": "resume",
"after": <event_id>}`, answered by `missed` with `events`, `last` and `complete`. `reconnect` asks
for another connection soon, `closing` says that another would end the same way.""",
}

SCHEMES = {
    "jwt": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The issuer's token of a signed-in account.",
    },
    "room_token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "`media.token` of `POST /rooms/{room_id}/join`: one account in one room.",
    },
    "stripe_signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Stripe-Signature",
        "description": "Stripe's signature of the raw body.",
    },
}


def about() -> str:
    """The document's description, which ends with every code by status."""
    rows = [
        f"| {int(status)} | `{code}` | {meaning} |"
        for status, codes in CODES.items()
        for code, meaning in codes.items()
    ]
    table = ["| status | code | means |", "| --- | --- | --- |", *rows]
    head = "<details><summary>Every code</summary>"
    return "\n".join([ABOUT, head, "", *table, "", "</details>"])
