"""What happens without HTTP: sockets, streams, the clock, queues, jobs, and the workers."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from captions.publish import Record
from core.admission import Admissions
from core.alerts import read_alert
from core.captions import Captioner, CaptionFleet, CaptionLine, Speaker
from core.ids import new_id
from core.placement import Fleet, Lease, Placement
from core.roster import Headcount, Roster
from core.tables import WORKERS
from functions.realtime.audience import Walk, go
from functions.realtime.deliver import deliver
from functions.realtime.door import respond
from functions.reminders.clock import fire
from functions.reminders.follow import parts as reminders
from functions.reminders.messages import Firing, Round
from functions.reminders.model import Occasion
from functions.reminders.walk import walk
from functions.shared.access_tokens import AccessTokens
from functions.shared.config import Config
from functions.tickets import reconcile, sweep
from tests.functions.conftest import Context
from tests.functions.requests.doors import CROWD
from tests.functions.requests.evening import Evening
from tests.issuer import publishing

LINES = 50
TEXT = "And so we waited for the turn of the tide, as everybody did in that harbour then."


def pages_open(evening: Evening) -> None:
    """The crowd's pages are connected."""
    with publishing(Config.from_env(os.environ)) as issuer:
        config = replace(issuer.config, jwks_url=issuer.jwks_url)
        parts, tokens = evening.realtime, AccessTokens(config)
        for who in ("lou", *CROWD):
            evening.gateway.open.add(f"{who}-page")
            token = {"token": issuer.sign(who)}
            with evening.counted("$connect"):
                event = told("CONNECT", who, queryStringParameters=token)
                assert respond(parts, tokens, event, datetime.now(UTC)) == {"statusCode": 200}
        later = datetime.now(UTC) + timedelta(minutes=1)
        with evening.counted("a ping"):
            respond(parts, tokens, told("MESSAGE", "lou", body='{"type": "ping"}'), later)
        with evening.counted("$disconnect"):
            respond(parts, tokens, told("DISCONNECT", "lou"), later)


def told(kind: str, who: str, **more: Any) -> dict[str, Any]:
    """An event of the WebSocket API."""
    return {"requestContext": {"eventType": kind, "connectionId": f"{who}-page"}, **more}


def news_goes_out(evening: Evening) -> None:
    """Of 20 followers all are connected."""
    now = datetime.now(UTC)
    walks = [Walk.model_validate_json(body) for body in evening.messages("audiences")]
    for each in walks:
        whose = "20 followers" if each.news.account_id == "hana" else "nobody"
        with evening.counted(f"a walk among {whose}"):
            go(evening.realtime, each, now)
    for body in evening.messages("alerts"):
        alert = read_alert(body)
        name = "an alert to 20" if len(alert.to) >= len(CROWD) else "an alert to one"
        with evening.counted(name):
            deliver(evening.realtime, alert, now)


def reminders_go(evening: Evening, room_id: str) -> None:
    """Ten minutes before the room, by phone."""
    now = datetime.now(UTC)
    occasion = Occasion.parse("lead-10")
    with evening.counted("a reminder is due"):
        fire(reminders, Firing(room_id=room_id, version=1, occasion=occasion), now)
    rounds = [Round.model_validate_json(body) for body in evening.messages("reminders")]
    with evening.counted("20 reminders by phone"):
        for each in rounds:
            walk(reminders, each, holder="h", clock=lambda: now, time_left=lambda: True)


def jobs_run(evening: Evening) -> None:
    """The tickets' jobs, when they have nothing to do."""
    sweep.handler({}, Context())
    reconcile.handler({}, Context())
    with evening.counted("the sweeper"):
        sweep.handler({}, Context())
    with evening.counted("the reconciler"):
        reconcile.handler({}, Context())


def a_media_worker_works(evening: Evening, room_id: str, sold_id: str) -> None:
    """What it writes and reads about a room, and about itself."""
    now, database = datetime.now(UTC), evening.database
    fleet, placement = Fleet(database.table(WORKERS)), Placement(database)
    roster, lease = Roster(database), lease_of(evening, room_id)
    crowd = Headcount(listeners=500, away=frozenset(), empty_since=None, listened_s=30_000)
    (worker,) = fleet.list()
    sheet = roster.load(lease)
    lou = next(each for each in sheet.members if each.account_id == "fan1")
    steps = {
        "a media worker's heartbeat": lambda: fleet.report(worker),
        "a look for orphaned rooms": lambda: placement.rooms_to_run(worker.worker_id, now),
        "a room is opened on a worker": lambda: roster.load(lease),
        "a member's connection": lambda: roster.connected(lease, lou.account_id, "peer_7"),
        "a room's count": lambda: roster.counted(lease, crowd),
        "a lost member": lambda: roster.lost(lease, replace(lou, peer_id="peer_7")),
        "a ticket holder's attendance": lambda: Admissions(database).attended(
            sold_id, "ada", 300, new_id("attendance", now)
        ),
    }
    for name, step in steps.items():
        with evening.counted(name):
            step()


def captions_are_written(evening: Evening, room_id: str) -> None:
    """A caption worker writes lines; people read and correct them."""
    now, record = datetime.now(UTC), Record(evening.database)
    term = lease_of(evening, room_id).term
    captioner = Captioner(
        worker_id="c1",
        url="ws://10.0.0.1:8082/captions",
        capacity=100,
        load=0,
        draining=False,
        until=now + timedelta(seconds=4),
    )
    with evening.counted("a caption worker's heartbeat"):
        CaptionFleet(evening.database.table(WORKERS)).report(captioner)
    lines = [line(number) for number in range(1, LINES + 1)]
    for each in lines:
        with evening.counted("a line of captions"):
            record.append(room_id, term, each)
    ask, room = evening.ask, f"/rooms/{room_id}"
    ask("hana", "GET", f"{room}/captions", note=f", {LINES} lines", limit=LINES)
    ask("hana", "GET", f"{room}/captions.vtt", note=f", {LINES} lines")
    ask("hana", "PUT", f"{room}/vocabulary", {"words": ["Lotse", "Priel"]})
    ask("hana", "GET", f"{room}/vocabulary")
    corrected = {"text": TEXT.upper(), "revision": lines[0].revision}
    ask("hana", "PATCH", f"{room}/captions/{lines[0].line_id}", corrected)


def lease_of(evening: Evening, room_id: str) -> Lease:
    """The lease under which the room is run."""
    held = Placement(evening.database).holder(room_id, datetime.now(UTC))
    assert held
    return held[0]


def line(number: int) -> CaptionLine:
    """A final line, five seconds after the one before."""
    return CaptionLine(
        line_id=new_id("line", datetime.now(UTC)),
        seq=number,
        speaker=Speaker(account_id="sue", handle="sue"),
        text=TEXT,
        final=True,
        starts_ms=5000 * number,
        ends_ms=5000 * number + 4500,
        revision=3,
    )
