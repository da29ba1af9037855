"""A buyer's bank wants the money back.

While it is asking, the tickets open no door. The money is gone at once; the host's part is taken
back, or owed. If the bank is convinced, money and tickets are as before; if not, the tickets are on
sale again, as if they had been refunded. Stripe is given what we know, for whoever answers the bank
on its dashboard: we never do that ourselves.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from core.clock import to_rfc3339
from core.dynamo import Write
from core.money import like
from functions.tickets.actions.refunds import check_refunds, take
from functions.tickets.parts import Parts
from functions.tickets.payments import Evidence, NotEnough, StripeDispute, made_about
from functions.tickets.rules import ledger
from functions.tickets.rules.disputes import borne, evidence_of, state_of
from functions.tickets.rules.issue import returned
from functions.tickets.rules.life import Event, RefundState, TicketState
from functions.tickets.rules.model import Dispute, DisputeState
from functions.tickets.rules.refunds import TERMS
from functions.tickets.steps.holding import again, overtake
from functions.tickets.steps.stripe_names import transfer_name

ASK_AGAIN = timedelta(days=1)
TRY_AGAIN = timedelta(hours=1)

log = logging.getLogger(__name__)


@again
def follow(parts: Parts, hold_id: str, dispute_id: str, now: datetime) -> Dispute:
    """The dispute, moved on as far as it goes now. Unavailable `payments_unavailable`.

    Refunds that were wanted before, or made by hand, come first, if the bank lets them.
    """
    said = parts.payments.dispute(dispute_id)
    dispute = parts.returns.dispute(hold_id, dispute_id)
    if dispute is None or not dispute.withdrawn:
        check_refunds(parts, hold_id, now)
    dispute = dispute or open_dispute(parts, hold_id, said, now)
    state = state_of(said.status, withdrawn=said.withdrawn)
    if state is DisputeState.OPEN and dispute.state is DisputeState.INQUIRY:
        dispute = suspend(parts, dispute, now)
    if said.withdrawn and not dispute.withdrawn:
        dispute = withdraw(parts, dispute, said, now)
    if not dispute.evidence and state in {DisputeState.INQUIRY, DisputeState.OPEN}:
        dispute = stage(parts, dispute)
    if said.reinstated and dispute.withdrawn and not dispute.reinstated:
        dispute = reinstate(parts, dispute, said, now)
    if state is DisputeState.WON and dispute.state is not DisputeState.WON:
        dispute = win(parts, dispute, now)
    if state is DisputeState.LOST and dispute.state is not DisputeState.LOST:
        dispute = lose(parts, dispute, now)
    if dispute.debt and dispute.due_at and dispute.due_at <= now:
        dispute = collect(parts, dispute, now)
    return rest(parts, dispute, said, now)


def open_dispute(parts: Parts, hold_id: str, said: StripeDispute, now: datetime) -> Dispute:
    """The dispute, on record. It begins as a question; what it is, follows."""
    purchase = parts.purchases.get(hold_id)
    dispute = Dispute(
        dispute_id=said.dispute_id,
        hold_id=hold_id,
        room_id=purchase.room_id,
        host_id=purchase.host_id,
        amount=said.amount,
        fee=0,
        reason=said.reason,
        state=DisputeState.INQUIRY,
        opened_at=now,
        due_at=now,
    )
    overtake(parts, parts.returns.opening(dispute))
    log.warning("dispute.opened", extra={"dispute_id": said.dispute_id, "hold_id": hold_id})
    return dispute


def suspend(parts: Parts, dispute: Dispute, now: datetime) -> Dispute:
    """It is more than a question: the tickets open no door for now."""
    purchase = parts.purchases.get(dispute.hold_id)
    valid = [each for each in parts.tickets.of(purchase) if each.state is TicketState.VALID]
    _, put = parts.purchases.moving(purchase, dispute=dispute.dispute_id)
    opened, contest = parts.returns.contesting(dispute, state=DisputeState.OPEN)
    overtake(parts, put, contest, *parts.tickets.moving(valid, TicketState.DISPUTED, now))
    return opened


def withdraw(parts: Parts, dispute: Dispute, said: StripeDispute, now: datetime) -> Dispute:
    """The money is gone, and the host's part of it comes from the host, now or later.

    If the money is back by the time we hear of it, nothing comes from the host: they owe it, until
    that is written down.
    """
    sale = parts.returns.sale(dispute.hold_id)
    fee, share = borne(sale, said.amount.amount)
    debt = share
    if share and not said.reinstated:
        transfer, returns = transfer_name(parts, sale.purchase), parts.payments.returns
        with suppress(NotEnough):
            taken_back = returns.take_back(transfer, share, dispute.dispute_id, "first")
            debt = max(0, share - taken_back)
    taken, put = parts.returns.contesting(
        dispute, withdrawn=True, amount=said.amount, fee=fee, debt=debt
    )
    writes = [put, *parts.ledger.posting(ledger.disputed(taken, now))]
    if said.cost and said.cost.amount:
        name = ledger.dispute_cost(dispute.dispute_id)
        cost = ledger.processed(dispute, name, said.cost, now)
        writes += parts.ledger.posting(cost)
    overtake(parts, *writes)
    return taken


def stage(parts: Parts, dispute: Dispute) -> Dispute:
    """Stripe has what we know."""
    purchase = parts.purchases.get(dispute.hold_id)
    room = parts.rooms.rooms.get(dispute.room_id)
    holders = {ticket.holder_id for ticket in parts.tickets.of(purchase)}
    entries = [parts.rooms.admissions.find(dispute.room_id, each) for each in sorted(holders)]
    attended = [(each.checked_in_at, each.attended_s) for each in entries if each]
    activity, days = evidence_of(room.title, purchase, attended)
    evidence = Evidence(
        product=f"Admission to the live audio room {room.title!r}.",
        used_on=days,
        activity=activity,
        refund_policy=TERMS[purchase.refund_rule],
    )
    parts.payments.stage_evidence(dispute.dispute_id, evidence)
    staged, put = parts.returns.contesting(dispute, evidence=True)
    overtake(parts, put)
    return staged


def reinstate(parts: Parts, dispute: Dispute, said: StripeDispute, now: datetime) -> Dispute:
    """The money is back, and the host has their part again, less what they still owed of it.

    As long as the host can't have it, all of this has to wait.
    """
    if dispute.debt:
        dispute = found_repaid(parts, dispute, now)
    given, put = parts.returns.contesting(dispute, reinstated=True, debt=0)
    writes = [put, *parts.ledger.posting(ledger.dispute_won(dispute, now))]
    share = dispute.share - dispute.debt
    account = parts.payouts.find(dispute.host_id)
    if share and account:
        theirs = like(dispute.amount, share)
        attempt = to_rfc3339(dispute.due_at or dispute.opened_at)
        try:
            second = parts.payments.returns.give_again(
                account.stripe_account_id,
                theirs,
                dispute.dispute_id,
                attempt,
                dispute.hold_id,
            )
        except NotEnough as reason:
            why = {"dispute_id": dispute.dispute_id, "reason": str(reason)}
            log.warning("share.put_off", extra=why)
            return dispute
        purchase = parts.purchases.get(dispute.hold_id)
        writes.append(parts.purchases.moving(purchase, second_transfer_id=second)[1])
    if said.cost_returned and said.cost_returned.amount:
        name = ledger.dispute_cost_returned(dispute.dispute_id)
        writes += parts.ledger.posting(ledger.processed(dispute, name, said.cost_returned, now))
    overtake(parts, *writes)
    return given


def win(parts: Parts, dispute: Dispute, now: datetime) -> Dispute:
    """The bank is convinced, or only asked: the tickets open the door again."""
    purchase = parts.purchases.get(dispute.hold_id)
    won, contest = parts.returns.contesting(dispute, state=DisputeState.WON)
    if purchase.dispute != dispute.dispute_id:
        overtake(parts, contest)
        return won
    disputed = [e for e in parts.tickets.of(purchase) if e.state is TicketState.DISPUTED]
    _, put = parts.purchases.moving(purchase, dispute=None)
    overtake(parts, put, contest, *parts.tickets.moving(disputed, TicketState.VALID, now))
    log.info("dispute.won", extra={"dispute_id": dispute.dispute_id})
    return won


def lose(parts: Parts, dispute: Dispute, now: datetime) -> Dispute:
    """The bank keeps the money: the tickets are on sale again, and nothing else goes back."""
    purchase = parts.purchases.get(dispute.hold_id)
    lost, contest = parts.returns.contesting(dispute, state=DisputeState.LOST)
    wanted = [
        refund
        for refund in parts.returns.refunds(dispute.hold_id)
        if refund.state is RefundState.WANTED
    ]
    settled = [parts.returns.moving(e, state=RefundState.DONE, due_at=None)[1] for e in wanted]
    good = [e for e in parts.tickets.of(purchase) if e.state is not TicketState.REFUNDED]
    if not good:
        overtake(parts, contest, *settled)
        return lost
    over = purchase.refunded + len(good) == purchase.quantity
    event = Event.REFUND if over else None
    _, put = parts.purchases.moving(purchase, event, refunded=purchase.refunded + len(good))
    overtake(
        parts,
        put,
        contest,
        *settled,
        parts.purchases.uncounting(purchase, len(good), over=over),
        *parts.tickets.moving(good, TicketState.REFUNDED, now),
        *parts.stock.moving(purchase.room_id, returned(purchase, len(good)), "sold", "left"),
    )
    log.warning("dispute.lost", extra={"dispute_id": dispute.dispute_id})
    return lost


def collect(parts: Parts, dispute: Dispute, now: datetime) -> Dispute:
    """What the host owes for the dispute, taken now if they have it."""
    try:
        covered, along = take(parts, dispute, dispute.dispute_id, now)
    except NotEnough:
        return dispute
    return repaid(parts, replace(dispute, covered=covered), now, *along)


def found_repaid(parts: Parts, dispute: Dispute, now: datetime) -> Dispute:
    """The dispute without its debt, should that have been taken without our writing it down."""
    transfer = transfer_name(parts, parts.purchases.get(dispute.hold_id))
    taken = made_about(parts.payments.returns.reversals(transfer), dispute.dispute_id)
    if taken:
        return repaid(parts, replace(dispute, covered=dispute.debt - taken.amount), now)
    return dispute


def repaid(parts: Parts, dispute: Dispute, now: datetime, *along: Write) -> Dispute:
    """The host owes nothing for it any more."""
    clear, put = parts.returns.contesting(dispute, debt=0)
    overtake(parts, put, *along, *parts.ledger.posting(ledger.debt_repaid(dispute, now)))
    log.info("debt.repaid", extra={"dispute_id": dispute.dispute_id, "host_id": dispute.host_id})
    return clear


def rest(parts: Parts, dispute: Dispute, said: StripeDispute, now: datetime) -> Dispute:
    """The dispute, due again tomorrow, unless nothing is left to come of it.

    Or sooner, if the money is back and the host could not have their part.
    """
    over = dispute.state in {DisputeState.WON, DisputeState.LOST}
    returning = said.reinstated and dispute.withdrawn and not dispute.reinstated
    moneyless = not dispute.withdrawn or dispute.reinstated or dispute.state is DisputeState.LOST
    due_at = None if over and moneyless and not dispute.debt else now + ASK_AGAIN
    if returning:
        due_at = now + TRY_AGAIN
    if dispute.due_at == due_at:
        return dispute
    rested, put = parts.returns.contesting(dispute, due_at=due_at)
    overtake(parts, put)
    return rested
