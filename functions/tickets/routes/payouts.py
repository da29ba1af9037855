"""Hosts' payouts over HTTP."""

from datetime import datetime

from functions.shared.callers import Caller
from functions.shared.models import PageQuery
from functions.shared.rates import ONBOARDINGS
from functions.tickets.actions import payouts
from functions.tickets.door import door, parts
from functions.tickets.views.payouts import (
    AccountView,
    LineView,
    OnboardingView,
    SellingView,
    StatementView,
    TotalsView,
)


@door.answers("POST", "/me/payouts/account", once=False, rate=ONBOARDINGS)
def set_up_payouts(caller: Caller, now: datetime) -> OnboardingView:
    """Set up my account at Stripe, on a page of Stripe's; again, it is the same account."""
    account, url = payouts.set_up(parts, caller, now)
    return OnboardingView(onboarding_url=url, state=account.state)


@door.answers("GET", "/me/payouts")
def read_payouts(caller: Caller, query: PageQuery, now: datetime) -> StatementView:
    """Whether I may sell, and what I have earned, line by line, the latest sale first."""
    statement = payouts.read(parts, caller, now, limit=query.limit, cursor=query.cursor)
    return StatementView(
        selling=SellingView.of(may_sell=statement.may_sell),
        account=AccountView.of(statement.account),
        totals=[TotalsView.of(*total) for total in sorted(statement.totals.items())],
        items=[LineView.of(line) for line in statement.lines],
        next=statement.next,
    )
