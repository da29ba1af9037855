"""The reconciler as a function: Stripe's events first, and then the ledger."""

import logging

import pytest

from core.errors import Unavailable
from functions.tickets import reconcile
from local.stripe.faults import Fault, Kind


class WithTime:
    """Lambda's context at the start of a run."""

    def get_remaining_time_in_millis(self):
        return 120_000


def test_in_the_time_that_is_left_the_ledger_is_audited(front, caplog):
    caplog.set_level(logging.INFO, "functions.tickets.jobs")
    front.shop.offer()

    assert reconcile.handler({}, WithTime()) == {"missed": 0}

    said = [record.message for record in caplog.records]
    assert said == ["events.asked_for", "ledger.audited"]


def test_the_ledger_is_audited_though_stripe_is_away_which_is_a_failure_all_the_same(front, caplog):
    caplog.set_level(logging.INFO, "functions.tickets.jobs")
    front.shop.offer()
    front.shop.stripe.faults.plan(Fault(kind=Kind.ERROR_BEFORE, path="/v1/events", times=9))

    with pytest.raises(Unavailable):
        reconcile.handler({}, WithTime())

    assert caplog.records[-1].message == "ledger.audited"
