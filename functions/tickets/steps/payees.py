"""Hosts' accounts at Stripe, asked how they are when it matters."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from core.errors import NotAllowed
from functions.tickets.parts import Parts
from functions.tickets.rules.payees import PayoutAccount, PayoutState

ASK_AGAIN = timedelta(minutes=10)
MOST = timedelta(days=7)
"""How long an account that is not active is asked after unasked."""

log = logging.getLogger(__name__)


def payee(parts: Parts, host_id: str, now: datetime) -> PayoutAccount | None:
    """The host's account, if they ever wanted one; one that was not active is asked after."""
    account = parts.payouts.find(host_id)
    if account is None or account.state is PayoutState.ACTIVE:
        return account
    return refresh(parts, account, now)


def refresh(parts: Parts, account: PayoutAccount, now: datetime) -> PayoutAccount:
    """The account as Stripe says that it is now. Unavailable `payments_unavailable`."""
    state = parts.payments.accounts.state(account.stripe_account_id)
    hopeful = state is not PayoutState.ACTIVE and now < account.opened_at + MOST
    asked = replace(account, state=state, asked_at=now, due_at=now + ASK_AGAIN if hopeful else None)
    parts.payouts.keep(asked)
    if state is not account.state:
        facts = {"host_id": account.host_id, "state": str(state)}
        log.info("payouts.changed", extra=facts)
    return asked


def require_payouts(parts: Parts, host_id: str, now: datetime) -> None:
    """NotAllowed `payouts_not_ready` unless the host can be paid."""
    account = payee(parts, host_id, now)
    if account is None or account.state is not PayoutState.ACTIVE:
        raise NotAllowed("payouts_not_ready", "Set up your payouts first.")
