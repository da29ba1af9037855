"""The ledger as it is stored, gone through once a day: what is wrong is told, and never repaired.

A walk goes from room to room, those to come first, and looks at all purchases of each; at a host's
first room in a run, at all of their postings, too. One that is too long for one run is gone on with
in the next. Whoever buys meanwhile writes what is being read: only what is found twice is a fault.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial

from functions.rooms.life import State
from functions.rooms.model import Access, Room
from functions.tickets.jobs.run import Run
from functions.tickets.parts import Parts
from functions.tickets.rules.audit import Fault, Rule, faults_of, orphan, wrong_totals
from functions.tickets.rules.ledger import Posting
from functions.tickets.rules.statement import Sums, sums_of
from functions.tickets.stores.audits import Place, Progress
from functions.tickets.stores.records import UNREADABLE

EVERY = timedelta(days=1)
MOST = 500
"""How many faults are told in one run, about."""
STATES = tuple(State)
"""In the order of a room's life, so that none is left behind that moves on."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some purchases of one sold room, or rooms that are not; and where the walk is after them."""

    room_id: str = ""
    host_id: str = ""
    hold_ids: Sequence[str] = ()
    ends: Place


def audit(parts: Parts, run: Run, most: int = MOST) -> int:
    """How many faults were found in the time that there is, or until they are too many."""
    progress = parts.audits.progress()
    if progress is None or (progress.place is None and run.now >= progress.began_at + EVERY):
        progress = Progress(began_at=run.now, place=Place(state=STATES[0]))
    if progress.place is None or not run.goes_on():
        return 0
    found, hosts = 0, set[str]()
    for stretch in stretches(parts, progress.place):
        if found >= most or not run.goes_on():
            return found
        faults = twice(partial(of_purchases, parts, stretch))
        if stretch.host_id and stretch.host_id not in hosts:
            hosts.add(stretch.host_id)
            faults += twice(partial(of_host, parts, stretch.host_id, run))
        tell(faults)
        found += len(faults)
        so_far = progress.faults + found
        parts.audits.keep_progress(replace(progress, place=stretch.ends, faults=so_far))
    ended = replace(progress, place=None, faults=progress.faults + found)
    parts.audits.keep_progress(ended)
    log.info("ledger.audited", extra={"faults": ended.faults})
    return found


def stretches(parts: Parts, place: Place) -> Iterator[Stretch]:
    """All that comes after this place, some of it at a time; each is read when it is asked for."""
    for state in STATES[STATES.index(State(place.state)) :]:
        if state != place.state:
            place = Place(state=state)
        while rooms := parts.rooms.lists.in_order(state, place.after):
            for after, room in rooms:
                beyond = Place(state=state, after=after)
                if room.access is Access.TICKETED:
                    yield from stretches_of(parts, room, place, beyond)
                place = beyond
            yield Stretch(ends=place)


def stretches_of(parts: Parts, room: Room, place: Place, beyond: Place) -> Iterator[Stretch]:
    """A sold room's purchases, from the place on if that is in this room; the last has none.

    Each ends further on, so that no run is for nothing, however little it can do.
    """
    room_id, host_id = room.room_id, room.host.account_id
    after = place.hold_id if place.room_id == room_id else ""
    while holds := parts.purchases.ids_of_room(room_id, after):
        after = holds[-1]
        ends = replace(place, room_id=room_id, hold_id=after)
        yield Stretch(room_id=room_id, host_id=host_id, hold_ids=holds, ends=ends)
    yield Stretch(room_id=room_id, host_id=host_id, ends=beyond)


def twice(look: Callable[[], list[Fault]]) -> list[Fault]:
    """What is wrong at the first look, and still is at a second."""
    first = look()
    return [fault for fault in look() if fault in first] if first else []


def of_purchases(parts: Parts, stretch: Stretch) -> list[Fault]:
    """What is wrong with some purchases of a room."""
    return [fault for hold_id in stretch.hold_ids for fault in of_purchase(parts, stretch, hold_id)]


def of_purchase(parts: Parts, stretch: Stretch, hold_id: str) -> list[Fault]:
    """What is wrong with one purchase, all of which may be."""
    try:
        sale = parts.returns.sale(hold_id)
        pages = parts.ledger.stored(sale.purchase.host_id, hold_id)
        return faults_of(sale, [each for page in pages for each in page])
    except UNREADABLE:
        room_id, host_id = stretch.room_id, stretch.host_id
        rule = Rule.UNREADABLE
        return [Fault(rule=rule, host_id=host_id, room_id=room_id, hold_id=hold_id)]


def of_host(parts: Parts, host_id: str, run: Run) -> list[Fault]:
    """Postings of a host that are of no purchase, and totals that are not the sums of all.

    Totals that change meanwhile, or of what can't be read, are left for another day.
    """
    kept = parts.ledger.totals(host_id)
    faults: list[Fault] = []
    sums: defaultdict[str, Sums] = defaultdict(Sums)
    readable = True
    for page in parts.ledger.stored(host_id):
        if len(faults) >= MOST or not run.goes_on():
            log.warning("ledger.unfinished", extra={"host_id": host_id})
            return faults
        known = parts.audits.known({each.hold_id or "" for each in page})
        faults += [orphan(each) for each in page if each.hold_id not in known]
        for each in page:
            if isinstance(each, Posting):
                sums[each.currency] += sums_of(each)
            else:
                readable = False
    if readable and parts.ledger.totals(host_id) == kept:
        faults += wrong_totals(host_id, sums, kept)
    return faults


def tell(faults: list[Fault]) -> None:
    """Each is a line, for whom the alarm wakes."""
    for fault in faults:
        named = {name: value for name, value in asdict(fault).items() if value is not None}
        log.error("ledger.fault", extra=named)
