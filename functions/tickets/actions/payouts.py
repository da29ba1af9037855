"""Hosts and their money: an account at Stripe, and what each sale brought."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from core.errors import Unavailable
from functions.accounts import actions as accounts
from functions.shared.callers import Caller
from functions.tickets.parts import Parts
from functions.tickets.rules.payees import PayoutAccount, PayoutState
from functions.tickets.rules.statement import Line, Sums
from functions.tickets.steps.payees import ASK_AGAIN, payee, refresh

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Whether a host may sell, a page of their sales, and what all together have brought."""

    may_sell: bool
    account: PayoutAccount | None
    totals: dict[str, Sums]
    lines: list[Line]
    next: str | None


def set_up(parts: Parts, caller: Caller, now: datetime) -> tuple[PayoutAccount, str]:
    """The caller's account at Stripe, new if there is none, and where to fill it in.

    Unavailable `payments_unavailable`.
    """
    host_id = accounts.ensure(parts.rooms.accounts, caller, now).account_id
    account = parts.payouts.find(host_id) or open_account(parts, host_id, caller.email, now)
    account = refresh(parts, replace(account, opened_at=now), now)
    home = f"{parts.config.web_url}/payouts"
    url = parts.payments.accounts.link(
        account.stripe_account_id, refresh_url=f"{home}?again", return_url=f"{home}?done"
    )
    return account, url


def open_account(parts: Parts, host_id: str, email: str | None, now: datetime) -> PayoutAccount:
    """The host's account, the first one if two were opened at once."""
    opened = PayoutAccount(
        host_id=host_id,
        stripe_account_id=parts.payments.accounts.open(host_id, email),
        state=PayoutState.PENDING,
        opened_at=now,
        asked_at=now,
        due_at=now + ASK_AGAIN,
    )
    log.info("payouts.opened", extra={"host_id": host_id})
    return parts.payouts.open(opened)


def read(
    parts: Parts, caller: Caller, now: datetime, *, limit: int, cursor: str | None
) -> Statement:
    """What the caller has earned, line by line. Of the account, what was last known, if need be."""
    host = accounts.ensure(parts.rooms.accounts, caller, now)
    lines, following = parts.ledger.lines(caller.account_id, limit, cursor)
    return Statement(
        may_sell=parts.policy.may_sell(host.handle),
        account=known_account(parts, caller.account_id, now),
        totals=parts.ledger.totals(caller.account_id),
        lines=lines,
        next=following,
    )


def known_account(parts: Parts, host_id: str, now: datetime) -> PayoutAccount | None:
    """The account as it is now or, while Stripe can't be asked, as it was."""
    try:
        return payee(parts, host_id, now)
    except Unavailable:
        return parts.payouts.find(host_id)
