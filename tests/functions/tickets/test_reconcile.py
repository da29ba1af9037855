"""The reconciler as a function: Stripe's events first, and then the ledger."""

import logging

from functions.tickets import reconcile


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
