"""What must hold of the ledger as it is stored, whoever has written, restored or edited it. Pure.

rule        broken by
unreadable  a purchase, a refund, a dispute or a posting that lacks what it must have
unbalanced  a posting whose entries don't sum to zero, or leave something in clearing
price       a purchase of another sum than its tickets' prices, or of less than its fee
returned    refunds of another sum than their tickets; tickets that went back twice, or without a
            refund; more of the host's part than they had; more for what was returned by hand than
            was
missing     a step of money that was taken, and has no posting
unexpected  a posting of a step that was not taken
different   a posting that says something else than the purchase, refund or dispute that it is of
orphan      a posting whose purchase is not there
totals      a host's totals that are not the sums of their postings

What Stripe keeps for processing stands in postings alone: they are looked at, but never missed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from functions.tickets.rules.by_hand import Hand
from functions.tickets.rules.expected import Postings, Sale, is_settled, steps
from functions.tickets.rules.issue import issue
from functions.tickets.rules.ledger import Posting
from functions.tickets.rules.left import credited, favours
from functions.tickets.rules.model import Dispute, DisputeState, Purchase, Refund
from functions.tickets.rules.statement import Sums


class Rule(StrEnum):
    """What is broken."""

    UNREADABLE = "unreadable"
    UNBALANCED = "unbalanced"
    PRICE = "price"
    RETURNED = "returned"
    MISSING = "missing"
    UNEXPECTED = "unexpected"
    DIFFERENT = "different"
    ORPHAN = "orphan"
    TOTALS = "totals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A rule that is broken, and where: of one posting, one purchase, or one host's totals."""

    rule: Rule
    host_id: str
    room_id: str | None = None
    hold_id: str | None = None
    posting_id: str | None = None
    currency: str | None = None


def faults_of(sale: Sale, stored: Iterable[Posting | Fault]) -> list[Fault]:
    """What is wrong with a purchase, and with its postings as they are stored.

    Records that contradict themselves can't say what the ledger should have.
    """
    known, purchase = list(stored), sale.purchase
    postings = {each.posting_id: each for each in known if isinstance(each, Posting)}
    faults = [each for each in known if isinstance(each, Fault)]
    if not _price_is_right(purchase):
        return [*faults, _fault(Rule.PRICE, purchase)]
    if not _returns_are_right(sale, postings):
        return [*faults, _fault(Rule.RETURNED, purchase)]
    expected = {step.posting_id: step for step in steps(sale, postings)}
    found = postings.keys() | {fault.posting_id for fault in faults}
    faults += [_fault(Rule.MISSING, purchase, name) for name in expected if name not in found]
    for name, posting in postings.items():
        if name not in expected:
            faults.append(_fault(Rule.UNEXPECTED, purchase, name))
        elif _said(posting) != _said(expected[name]):
            faults.append(_fault(Rule.DIFFERENT, purchase, name))
    return faults


def orphan(posting: Posting | Fault) -> Fault:
    """Nobody has bought what it is for."""
    return _fault(Rule.ORPHAN, posting, posting.posting_id)


def wrong_totals(host_id: str, sums: Mapping[str, Sums], kept: Mapping[str, Sums]) -> list[Fault]:
    """The currencies in which a host's totals are not what their postings add up to."""
    return [
        Fault(rule=Rule.TOTALS, host_id=host_id, currency=currency)
        for currency in sorted(sums.keys() | kept.keys())
        if sums.get(currency, Sums()) != kept.get(currency, Sums())
    ]


def _price_is_right(purchase: Purchase) -> bool:
    unit, total = purchase.unit, purchase.total
    is_sum = total.amount == unit.amount * purchase.quantity and total.currency == unit.currency
    return is_sum and 0 <= purchase.fee <= total.amount


def _returns_are_right(sale: Sale, postings: Postings) -> bool:
    if not sale.paid:
        return not (sale.refunds or sale.disputes or sale.by_hand)
    backs: list[Refund | Dispute] = [*sale.refunds, *sale.disputes]
    return (
        all(_is_possible(each, sale.purchase) for each in backs)
        and all(_is_of_its_tickets(each, sale.purchase) for each in sale.refunds)
        and _each_went_back_once(sale)
        and _had_as_much(sale, postings)
        and all(0 <= it.owed <= it.amount.amount * it.failed for it in sale.by_hand)
        and credited(sale) <= favours(sale)
    )


def _is_possible(back: Refund | Dispute, purchase: Purchase) -> bool:
    same = back.amount.currency == purchase.total.currency
    possible = 0 <= back.fee <= back.amount.amount and 0 <= back.debt <= max(back.share, 0)
    credit = back.credit if isinstance(back, Refund) else 0
    return same and possible and 0 <= credit <= back.amount.amount


def _is_of_its_tickets(refund: Refund, purchase: Purchase) -> bool:
    """One of no ticket is of all that was paid, since none could be had."""
    amount, fee = purchase.total.amount, purchase.fee
    if refund.ticket_ids:
        issued = issue(purchase, purchase.held_at)
        given = [ticket for ticket in issued if ticket.ticket_id in refund.ticket_ids]
        if len(given) < len(refund.ticket_ids):
            return False
        amount, fee = sum(it.price.amount for it in given), sum(it.fee for it in given)
    return (refund.amount.amount, refund.fee) == (amount, fee)


def _each_went_back_once(sale: Sale) -> bool:
    """By one refund, or with all others when a dispute was lost."""
    back = Counter(ticket_id for refund in sale.refunds for ticket_id in refund.ticket_ids)
    if sale.turned_away:
        return len(sale.refunds) == 1 and sale.purchase.refunded == 0
    went = sale.purchase.quantity if sale.lost else len(back)
    return back.total() == len(back) and sale.purchase.refunded == went


def _had_as_much(sale: Sale, postings: Postings) -> bool:
    """Whether no more was taken from the host for good than was theirs of what was paid.

    Or was given to them by hand beside that.
    """
    refunds = [each for each in sale.refunds if not is_settled(sale, each, postings)]
    lost = [it for it in sale.disputes if it.state is DisputeState.LOST and it.withdrawn]
    back = sum(it.share - it.debt - it.covered for it in refunds)
    back += sum(it.share - it.debt - it.covered for it in lost if not it.reinstated)
    given = sum(it.amount.amount for it in sale.by_hand if it.hand is Hand.FEE)
    return back <= sale.purchase.total.amount - sale.purchase.fee + given


def _said(posting: Posting) -> tuple[object, ...]:
    """All that a posting tells, in whatever order, but for when it was made."""
    return (
        posting.hold_id,
        posting.room_id,
        posting.host_id,
        posting.kind,
        posting.currency,
        posting.quantity,
        posting.reason,
        Counter(posting.entries),
    )


def _fault(rule: Rule, of: Purchase | Posting | Fault, posting_id: str | None = None) -> Fault:
    return Fault(
        rule=rule,
        host_id=of.host_id,
        room_id=of.room_id,
        hold_id=of.hold_id,
        posting_id=posting_id,
    )
