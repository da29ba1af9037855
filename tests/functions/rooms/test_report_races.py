"""Of moderators who settle the same report; the race has a twin whose guard is off."""

from dataclasses import replace

from core.dynamo import present
from functions.rooms import actions_reports as reports
from functions.rooms.model import Settlement
from functions.rooms.report_store import ReportStore
from functions.rooms.requests import NewReport
from tests.racing import at_once


class UnguardedReports(ReportStore):
    def _still_there(self):
        return present | ~present


def reported(house):
    lena, room = house.account("lena"), house.open()
    return reports.report(house.parts, lena, room.room_id, NewReport(reason="spam"), house.now)


def settled_by(found, name):
    return replace(found, settled=Settlement(at=found.at, by=name))


def settle_twice(house, store):
    """Two moderators settle a report at once, as both have read it: who did, and who is written."""
    found = reported(house)
    deeds = [lambda name=name: store.move(found, settled_by(found, name)) for name in ("mia", "mo")]
    return at_once(*deeds), store.get(found.report_id).settled.by


def test_of_two_who_settle_a_report_at_once_one_has(house):
    did, by = settle_twice(house, house.parts.reports)

    assert sorted(did) == [False, True]
    assert by == ("mia", "mo")[did.index(True)]


def test_without_the_guard_both_have_and_one_is_forgotten(house):
    did, _ = settle_twice(house, UnguardedReports(house.database))

    assert did == [True, True]


class OvertakenReports(ReportStore):
    """Another moderator, mo, has always been a moment faster."""

    def move(self, report, moved):
        assert super().move(report, settled_by(report, "mo") if moved.settled else moved)
        return super().move(report, moved)


def test_who_is_overtaken_finds_the_report_as_the_faster_left_it(house):
    made, mia = reported(house), replace(house.account("mia"), moderator=True)
    parts = replace(house.parts, reports=OvertakenReports(house.database))

    settled = reports.settle_report(parts, mia, made.report_id, house.now)
    reopened = reports.reopen_report(parts, mia, made.report_id)

    assert settled == settled_by(made, "mo")
    assert reopened == made


class Reopening:
    """A table in which the report is opened again once somebody has not found it open."""

    def __init__(self, store, settled):
        self._reopen = [lambda: store.move(settled, replace(settled, settled=None))]
        self._get = store._table.get

    def get(self, pk, sk):
        found = self._get(pk, sk)
        if found is None and self._reopen:
            assert self._reopen.pop()()
        return found


def test_a_report_is_found_though_it_is_opened_again_while_it_is_looked_for(house):
    made = reported(house)
    settled = settled_by(made, "mia")
    assert house.parts.reports.move(made, settled)
    looking = ReportStore(house.database)
    looking._table = Reopening(house.parts.reports, settled)

    assert looking.get(made.report_id) == made
