from dataclasses import replace

import pytest

from core.money import Money
from functions.tickets.rules.by_hand import Hand
from functions.tickets.rules.ledger import (
    BUYER,
    CLEARING,
    ELSEWHERE,
    PLATFORM,
    PROCESSING,
    UNCLAIMED,
    Entry,
    EntryKind,
    PostingKind,
    by_hand,
    by_hand_failed,
    debt,
    debt_repaid,
    dispute_won,
    disputed,
    host,
    owed,
    paid,
    processed,
    refund_failed,
    refunded,
    settled,
    turned_away,
)
from tests.functions.tickets.examples import NOON, a_dispute, a_move, a_purchase, a_refund, usd

HANA, DEBT = host("hana"), debt("hana")


def moved(posting):
    """What each account has of a posting."""
    sums = {entry.account: 0 for entry in posting.entries}
    for entry in posting.entries:
        sums[entry.account] += entry.amount
    return {account: amount for account, amount in sums.items() if amount}


def test_a_payment_goes_through_clearing_to_host_and_platform():
    posting = paid(a_purchase(quantity=2, fee=60), NOON)

    assert (posting.posting_id, posting.kind, posting.quantity) == ("paid", PostingKind.PAID, 2)
    assert posting.entries == (
        Entry(account=BUYER, amount=-2000, kind=EntryKind.CHARGE),
        Entry(account=CLEARING, amount=2000, kind=EntryKind.CHARGE),
        Entry(account=CLEARING, amount=-1940, kind=EntryKind.SHARE),
        Entry(account=HANA, amount=1940, kind=EntryKind.SHARE),
        Entry(account=CLEARING, amount=-60, kind=EntryKind.FEE),
        Entry(account=PLATFORM, amount=60, kind=EntryKind.FEE),
    )


def test_a_payment_too_late_is_posted_like_any_but_buys_no_ticket():
    purchase = a_purchase(quantity=2, fee=60)

    late = turned_away(purchase, NOON)

    assert late.entries == paid(purchase, NOON).entries
    assert (late.kind, late.quantity) == (PostingKind.TURNED_AWAY, 0)


def test_a_purchase_is_never_both_paid_and_turned_away():
    purchase = a_purchase()

    assert paid(purchase, NOON).posting_id == turned_away(purchase, NOON).posting_id


def test_a_refund_takes_from_the_host_and_from_the_platform_what_each_had():
    assert moved(refunded(a_refund(usd(1000), fee=30), NOON)) == {
        BUYER: 1000,
        HANA: -970,
        PLATFORM: -30,
    }


def test_what_can_not_be_taken_back_from_the_host_is_their_debt():
    owed = refunded(a_refund(usd(1000), fee=30, debt=970), NOON)

    repaid = debt_repaid(a_refund(usd(1000), fee=30, debt=970), NOON)

    assert moved(owed) == {BUYER: 1000, DEBT: -970, PLATFORM: -30}
    assert moved(repaid) == {HANA: -970, DEBT: 970}


def test_a_refund_that_the_bank_returns_is_kept_for_the_buyer():
    assert moved(refund_failed(a_refund(usd(1000), fee=30), NOON)) == {
        BUYER: -1000,
        UNCLAIMED: 1000,
    }


def test_what_was_done_by_hand_is_booked_as_it_was_done():
    refund, reversal, fee = (by_hand(a_move(hand, usd(400)), NOON) for hand in Hand)

    assert moved(refund) == {BUYER: 400, PLATFORM: -400}
    assert moved(reversal) == {PLATFORM: 400, HANA: -400}
    assert moved(fee) == {HANA: 400, PLATFORM: -400}


def test_a_refund_moves_what_was_not_moved_by_hand_before_it():
    refund = replace(a_refund(usd(1000), fee=30), credit=400, spared=-12)

    assert moved(refunded(refund, NOON)) == {BUYER: 600, HANA: -982, PLATFORM: 382}


def test_what_the_host_has_lost_by_hand_beyond_their_part_comes_back_to_them():
    refund = replace(a_refund(usd(1000), fee=30), credit=1000, spared=1000)

    assert moved(refunded(refund, NOON)) == {HANA: 30, PLATFORM: -30}


def test_of_a_debt_what_was_taken_by_hand_is_the_platforms_loss():
    owed = replace(a_refund(usd(1000), fee=30, debt=970), covered=200)

    assert moved(debt_repaid(owed, NOON)) == {HANA: -770, PLATFORM: -200, DEBT: 970}


def test_a_favour_that_a_bank_returns_is_the_platforms_again_which_may_owe_some_of_it():
    move = a_move(Hand.REFUND, usd(400), failed=True, parts=(200, 100))

    assert moved(by_hand_failed(move, NOON)) == {BUYER: -400, PLATFORM: 400}
    assert moved(owed(move, 1, NOON)) == {PLATFORM: -100, UNCLAIMED: 100}


@pytest.mark.parametrize(("reference", "by"), [("SEPA 4711", ELSEWHERE), ("re_2", PLATFORM)])
def test_what_is_owed_is_paid_elsewhere_or_by_another_refund(reference, by):
    refund = replace(a_refund(usd(1000)), credit=400)
    move = a_move(Hand.REFUND, usd(400), failed=True, parts=(200, 100))

    assert moved(settled(refund, reference, NOON)) == {UNCLAIMED: -600, by: 600}
    assert moved(settled(move, reference, NOON)) == {UNCLAIMED: -300, by: 300}


def test_a_dispute_moves_money_as_a_refund_does():
    posting = disputed(a_dispute(usd(1000), fee=30, debt=200), NOON)

    assert moved(posting) == {BUYER: 1000, HANA: -770, DEBT: -200, PLATFORM: -30}


def test_a_dispute_that_is_won_is_undone():
    dispute = a_dispute(usd(1000), fee=30, debt=970)

    lost, won = disputed(dispute, NOON), dispute_won(dispute, NOON)

    assert moved(won) == {account: -amount for account, amount in moved(lost).items()}


def test_a_debt_that_was_repaid_comes_back_to_the_host_when_the_dispute_is_won():
    dispute = a_dispute(usd(1000), fee=30, debt=970)
    repaid = replace(dispute, debt=0)

    assert moved(debt_repaid(dispute, NOON)) == {HANA: -970, DEBT: 970}
    assert moved(dispute_won(repaid, NOON)) == {BUYER: -1000, HANA: 970, PLATFORM: 30}


def test_what_stripe_takes_is_the_platforms_cost():
    cost = processed(a_purchase(), "paid-processing", Money(amount=59, currency="eur"), NOON)

    assert moved(cost) == {PLATFORM: -59, PROCESSING: 59}
    assert cost.currency == "eur"


def test_what_stripe_gives_back_is_the_platforms_again():
    back = processed(a_purchase(), "dispute-dp_1-cost-returned", usd(-1500), NOON)

    assert moved(back) == {PLATFORM: 1500, PROCESSING: -1500}


def test_each_step_of_a_purchase_has_an_id_of_its_own():
    refunds = [a_refund(usd(1000), number=number, debt=10) for number in (1, 2)]
    disputes = [a_dispute(usd(1000), number=number, debt=10) for number in (1, 2)]

    steps = [
        paid(a_purchase(), NOON),
        *(step(each, NOON) for each in refunds for step in (refunded, refund_failed, debt_repaid)),
        *(settled(each, "SEPA", NOON) for each in refunds),
        *(by_hand(a_move(hand, usd(1)), NOON) for hand in Hand),
        *(step(each, NOON) for each in disputes for step in (disputed, dispute_won, debt_repaid)),
    ]

    assert len({step.posting_id for step in steps}) == len(steps)


@pytest.mark.parametrize("by", [-1, 1])
def test_a_posting_that_does_not_balance_can_not_be_made(by):
    posting = paid(a_purchase(), NOON)
    off_by_one = replace(posting.entries[0], amount=posting.entries[0].amount + by)

    with pytest.raises(ValueError, match="sum to zero"):
        replace(posting, entries=(off_by_one, *posting.entries[1:]))


def test_free_tickets_have_no_posting():
    with pytest.raises(ValueError, match="must be some"):
        paid(a_purchase(unit=usd(0)), NOON)


@pytest.mark.parametrize(
    "refund", [a_refund(usd(100), fee=101), a_refund(usd(100), fee=10, debt=91)]
)
def test_more_can_not_go_back_than_there_was(refund):
    with pytest.raises(ValueError, match="-1"):
        refunded(refund, NOON)
