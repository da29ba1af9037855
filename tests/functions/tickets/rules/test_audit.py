"""A ledger in which all is well, and one broken one for each rule: each is found, and told once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.money import Money
from functions.tickets.rules import ledger
from functions.tickets.rules.audit import Fault, Rule, faults_of, orphan, wrong_totals
from functions.tickets.rules.by_hand import Hand
from functions.tickets.rules.expected import Sale
from functions.tickets.rules.issue import issue
from functions.tickets.rules.life import RefundState, State
from functions.tickets.rules.model import DisputeState
from functions.tickets.rules.statement import Sums
from tests.functions.tickets.examples import NOON, a_dispute, a_move, a_purchase, a_refund, usd

HOLD = "hold_01JZZZZZZZZZZZZZZZZZZZZZZZ"
LATER = NOON + timedelta(hours=1)


def purchase(**changes):
    return a_purchase(**{"hold_id": HOLD, "quantity": 3, "fee": 91, **changes})


FIRST, SECOND, THIRD = (ticket.ticket_id for ticket in issue(purchase(), NOON))


def refund(*tickets, fee=30, **changes):
    made = a_refund(usd(1000 * (len(tickets) or 3)), fee, tickets=tickets)
    done = {"hold_id": HOLD, "state": RefundState.DONE, "stripe_refund_id": "re_1"}
    return replace(made, **done | changes)


def dispute(fee=91, **changes):
    taken = {"hold_id": HOLD, "withdrawn": True}
    return replace(a_dispute(usd(3000), fee), **taken | changes)


def given_back(*, owed=0, debt=0, state=RefundState.DONE):
    """The first of three tickets; the host owed so much of it, and still owes so much."""
    back = refund(FIRST, debt=owed, state=state)
    postings = [ledger.paid(purchase(), NOON), ledger.refunded(back, LATER)]
    if owed and not debt:
        postings.append(ledger.debt_repaid(back, LATER))
    if state is RefundState.OWED:
        postings.append(ledger.refund_failed(back, LATER))
    return Sale(purchase=purchase(refunded=1), refunds=(replace(back, debt=debt),)), postings


def disputed(*, owed=0, repaid=False, reinstated=False, state=DisputeState.OPEN):
    taken = dispute(debt=owed, state=state)
    postings = [ledger.paid(purchase(), NOON), ledger.disputed(taken, LATER)]
    left = taken
    if repaid:
        postings.append(ledger.debt_repaid(taken, LATER))
        left = replace(taken, debt=0)
    if reinstated:
        postings.append(ledger.dispute_won(left, LATER))
        left = replace(left, debt=0, reinstated=True)
    refunded = 3 if state is DisputeState.LOST else 0
    return Sale(purchase=purchase(refunded=refunded), disputes=(left,)), postings


def paid(*more, **changes):
    return Sale(purchase=purchase(**changes)), [ledger.paid(purchase(), NOON), *more]


def turned_away():
    back = refund(fee=91)
    postings = [ledger.turned_away(purchase(), NOON), ledger.refunded(back, LATER)]
    return Sale(purchase=purchase(state=State.REFUNDED), refunds=(back,)), postings


def settled_by_the_bank():
    """A refund was wanted, and the dispute took its money first."""
    unmade = refund(FIRST, stripe_refund_id=None)
    sale, postings = disputed(state=DisputeState.LOST)
    return replace(sale, refunds=(unmade,)), postings


def cost(name="processing", amount=59):
    return ledger.processed(purchase(), name, Money(amount=amount, currency="eur"), LATER)


def broken(sale, *stored):
    """What is wrong, by rule and posting."""
    return [(fault.rule, fault.posting_id) for fault in faults_of(sale, stored)]


WELL = {
    "held": (Sale(purchase=purchase(state=State.HELD, paid_at=None)), []),
    "free": (Sale(purchase=purchase(unit=usd(0), fee=0, refunded=2)), []),
    "paid": paid(cost()),
    "turned away": turned_away(),
    "given back": given_back(),
    "wanted": (
        Sale(purchase=purchase(refunded=1), refunds=(refund(FIRST, state=RefundState.WANTED),)),
        paid()[1],
    ),
    "given back, and owed": given_back(owed=970, debt=970),
    "given back, owed, and repaid": given_back(owed=970),
    "not taken by a bank": given_back(state=RefundState.OWED),
    "asked about": (Sale(purchase=purchase(), disputes=(dispute(withdrawn=False),)), paid()[1]),
    "disputed": disputed(),
    "disputed, and owed": disputed(owed=2909),
    "disputed, owed, and repaid": disputed(owed=2909, repaid=True),
    "won": disputed(reinstated=True, state=DisputeState.WON),
    "won while owed": disputed(owed=2909, reinstated=True, state=DisputeState.WON),
    "won after that was repaid": disputed(owed=2909, repaid=True, reinstated=True),
    "lost": disputed(state=DisputeState.LOST),
    "lost while a refund was wanted": settled_by_the_bank(),
}


@pytest.mark.parametrize("kind", WELL)
def test_nothing_is_wrong_with_a_sale_that_was(kind):
    sale, postings = WELL[kind]

    assert broken(sale, *postings) == []


@pytest.mark.parametrize("kind", WELL)
def test_any_posting_of_it_is_missed_but_of_what_stripe_keeps(kind):
    sale, postings = WELL[kind]

    for gone in postings:
        kept = [posting for posting in postings if posting is not gone]
        faults = broken(sale, *kept)
        assert bool(faults) == (gone != cost()), gone.posting_id


def test_a_posting_that_is_not_there_is_told_by_its_name():
    sale, (_, back) = given_back()

    assert faults_of(sale, [back]) == [
        Fault(rule=Rule.MISSING, host_id="hana", room_id="room_1", hold_id=HOLD, posting_id="paid")
    ]


def test_a_posting_of_nothing_that_happened_is_unexpected():
    sale, (first, back) = given_back()

    assert broken(WELL["held"][0], first) == [(Rule.UNEXPECTED, "paid")]
    assert broken(Sale(purchase=purchase()), first, back) == [(Rule.UNEXPECTED, "refund-refund_1")]
    assert broken(sale, first, back, ledger.refund_failed(refund(FIRST), LATER)) == [
        (Rule.UNEXPECTED, "refund-refund_1-failed")
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("dispute-dp_1-cost", "asked about"), ("dispute-dp_1-cost-returned", "disputed")],
)
def test_stripe_keeps_nothing_for_what_a_bank_has_not_done(name, kind):
    sale, postings = WELL[kind]

    assert broken(sale, *postings, cost(name)) == [(Rule.UNEXPECTED, name)]


def test_what_stripe_keeps_for_a_dispute_it_may_give_back():
    sale, postings = WELL["won"]
    costs = cost("dispute-dp_1-cost"), cost("dispute-dp_1-cost-returned", -59)

    assert broken(sale, *postings, *costs) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"hold_id": "hold_2"},
        {"room_id": "room_2"},
        {"host_id": "hugo"},
        {"kind": ledger.PostingKind.REFUNDED},
        {"currency": "eur"},
        {"quantity": 2},
        {"entries": ledger.paid(purchase(fee=90), NOON).entries},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_posting_that_says_something_else_is_different(changes):
    sale, (posting,) = paid()

    assert broken(sale, replace(posting, **changes)) == [(Rule.DIFFERENT, "paid")]
    assert broken(sale, replace(posting, at=LATER, entries=posting.entries[::-1])) == []


def test_what_stripe_keeps_goes_from_the_platform_to_stripe_and_nowhere_else():
    sale, (posting,) = paid()
    to_host = replace(
        cost(), entries=(replace(cost().entries[0], account="host:hana"), *cost().entries[1:])
    )

    assert broken(sale, posting, to_host) == [(Rule.DIFFERENT, "processing")]


def test_a_posting_leaves_nothing_in_clearing():
    _, (posting,) = paid()

    with pytest.raises(ledger.Unbalanced, match="nothing in clearing"):
        replace(posting, entries=posting.entries[:2])


@pytest.mark.parametrize("rule", [Rule.UNBALANCED, Rule.UNREADABLE])
def test_a_posting_that_is_none_is_told_and_not_missed_as_well(rule):
    sale, _ = paid()

    assert broken(sale, Fault(rule=rule, host_id="hana", posting_id="paid")) == [(rule, "paid")]


@pytest.mark.parametrize(
    "changes",
    [
        {"total": usd(2999)},
        {"fee": -1},
        {"fee": 3001},
        {"unit": Money(amount=1000, currency="eur")},
    ],
)
def test_a_purchase_costs_what_its_tickets_do_and_no_less_than_its_fee(changes):
    sale = Sale(purchase=replace(purchase(), **changes))

    assert broken(sale) == [(Rule.PRICE, None)]


@pytest.mark.parametrize(
    ("refunded", "refunds", "disputes"),
    [
        pytest.param(1, [refund(FIRST, amount=usd(1001))], [], id="of another price"),
        pytest.param(1, [refund(FIRST, fee=31)], [], id="of another fee"),
        pytest.param(1, [refund(FIRST, amount=Money(amount=1000, currency="eur"))], [], id="euros"),
        pytest.param(1, [refund(FIRST, debt=971)], [], id="owed more"),
        pytest.param(1, [refund("ticket_1")], [], id="of another's ticket"),
        pytest.param(2, [refund(FIRST, "t", amount=usd(1000))], [], id="of a ticket beside"),
        pytest.param(1, [refund(FIRST), refund(FIRST, refund_id="r2")], [], id="twice"),
        pytest.param(1, [refund(fee=91)], [], id="turned away, and had a ticket"),
        pytest.param(2, [refund(FIRST)], [], id="a refund is gone"),
        pytest.param(0, [refund(fee=91), refund(FIRST)], [], id="turned away and given back"),
        pytest.param(0, [], [dispute(fee=-1)], id="a fee below zero"),
        pytest.param(0, [], [dispute(fee=3001)], id="a fee above all"),
        pytest.param(2, [], [dispute(state=DisputeState.LOST)], id="lost, and one was kept"),
        pytest.param(
            3, [refund(FIRST)], [dispute(state=DisputeState.LOST)], id="of the host's part, more"
        ),
    ],
)
def test_what_goes_back_is_what_the_tickets_were_and_only_once(refunded, refunds, disputes):
    sale = Sale(
        purchase=purchase(refunded=refunded), refunds=tuple(refunds), disputes=tuple(disputes)
    )

    assert broken(sale) == [(Rule.RETURNED, None)]


@pytest.mark.parametrize(
    ("credit", "by_hand"),
    [
        pytest.param(1, [], id="none was returned by hand"),
        pytest.param(401, [a_move(Hand.REFUND, usd(400), hold_id=HOLD)], id="less was"),
        pytest.param(1, [a_move(Hand.REVERSAL, usd(400), hold_id=HOLD)], id="not to the buyer"),
        pytest.param(
            1001, [a_move(Hand.REFUND, usd(2000), hold_id=HOLD)], id="more than its price"
        ),
        pytest.param(
            0,
            [a_move(Hand.REFUND, usd(1), failed=True, parts=(2,), hold_id=HOLD)],
            id="owed, and more",
        ),
    ],
)
def test_what_a_refund_does_not_return_was_returned_by_hand(credit, by_hand):
    sale = Sale(
        purchase=purchase(refunded=1),
        refunds=(refund(FIRST, credit=credit),),
        by_hand=tuple(by_hand),
    )

    assert broken(sale) == [(Rule.RETURNED, None)]


def test_a_deed_by_hand_has_the_postings_of_what_became_of_it():
    move = a_move(Hand.REFUND, usd(400), failed=True, hold_id=HOLD)
    name = f"hand-{move.stripe_id}"
    sale, (posting,) = paid()
    known = replace(sale, by_hand=(move,))

    assert broken(known, posting) == [(Rule.MISSING, name), (Rule.MISSING, f"{name}-failed")]
    assert broken(sale, posting, ledger.by_hand(move, NOON)) == [(Rule.UNEXPECTED, name)]


def test_all_goes_back_once_to_who_came_too_late_even_if_nothing_of_it_is_the_hosts():
    twice = (refund(fee=3000), refund(fee=3000, refund_id="r2"))

    assert broken(Sale(purchase=purchase(fee=3000), refunds=twice)) == [(Rule.RETURNED, None)]


@pytest.mark.parametrize(
    "back",
    [
        {"refunds": (refund(FIRST),)},
        {"disputes": (dispute(),)},
        {"by_hand": (a_move(Hand.FEE, usd(1)),)},
    ],
    ids=lambda back: next(iter(back)),
)
def test_nothing_goes_back_of_what_was_not_paid(back):
    sale = Sale(purchase=purchase(state=State.HELD, paid_at=None), **back)

    assert broken(sale) == [(Rule.RETURNED, None)]


def test_a_posting_without_a_purchase_is_told_by_its_own_names():
    assert orphan(ledger.paid(purchase(), NOON)) == Fault(
        rule=Rule.ORPHAN, host_id="hana", room_id="room_1", hold_id=HOLD, posting_id="paid"
    )


def test_totals_are_the_sums_of_all_postings_in_each_currency():
    sums = {"usd": Sums(gross=3000), "eur": Sums(gross=1), "jpy": Sums(), "gbp": Sums(gross=2)}
    kept = {"usd": Sums(gross=3000), "eur": Sums(gross=2), "chf": Sums(debt=1)}

    assert wrong_totals("hana", sums, kept) == [
        Fault(rule=Rule.TOTALS, host_id="hana", currency=currency)
        for currency in ("chf", "eur", "gbp")
    ]
