"""What a host sells and what buyers have of it. Pure data; the lives are in `life`."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.money import Money
from functions.tickets.rules.life import RefundState, State, TicketState

SMALLEST_PRICE = 100
LARGEST_PRICE = 99_900
MAX_QUANTITY = 20_000
MAX_PER_ACCOUNT = 10
MAX_PROMO_CODES = 20
MAX_WAITING = 1_000


class RefundRule(StrEnum):
    """Until when buyers may give tickets back by themselves."""

    UNTIL_START = "until_start"
    NEVER = "never"


class RefundReason(StrEnum):
    """Why money goes back. All but `ASKED`, and what somebody did `BY_HAND`, are ours to begin."""

    ASKED = "asked"
    BY_HAND = "by_hand"
    ROOM_CANCELLED = "room_cancelled"
    HOST_ABSENT = "host_absent"
    TOO_LATE = "too_late"


class RefundGround(StrEnum):
    """By which rule somebody may give a ticket back (see `refunds`)."""

    UNTIL_START = "until_start"
    MOVED = "moved"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a host sells for a room. `price` is of one ticket; its amount is 0 for a free one.

    `shards` is how many counters the stock is spread over; `waiting` how many are on the list.
    `edition` is another one whenever the terms change, or anybody waits who didn't: the stock
    carries the same, so that nobody buys by what holds no more. `closed`: the room is over or
    cancelled, and nothing is left to do for it; until then it is looked at when it is due.
    `carried`: the next room of its series is sold like it, or will not be.
    """

    room_id: str
    host_id: str
    price: Money
    quantity: int
    per_account: int
    sales_end_at: datetime | None
    refund_rule: RefundRule
    shards: int
    edition: str
    due_at: datetime | None
    waiting: int = 0
    closed: bool = False
    carried: bool = False

    @property
    def free(self) -> bool:
        """Whether its tickets cost nothing."""
        return self.price.amount == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """A part of an offer's stock. left + held + sold is its part of the offered quantity."""

    number: int
    left: int
    held: int
    sold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One buyer's tickets for one room. Clients call it a hold, and its id `hold_...`.

    `total` is what is charged for all tickets, `fee` the platform's part of it, fixed when the
    tickets are held. `taken` says from which shards of the stock they come. `due_at`: when somebody
    must look at it again, None at rest. `called_up`: held for who was next on the waiting list.
    `refund_rule` is the offer's at that time. `refunded` counts tickets that went back;
    `intent_id`, `charge_id`, `transfer_id` and `stripe_fee_id` (the application fee) are Stripe's
    names; with `second_transfer_id` the host was given their part again, after a dispute was won.
    `mail_to` is where to send the receipt, and `written_to` where it was sent.
    """

    hold_id: str
    room_id: str
    host_id: str
    buyer_id: str
    quantity: int
    unit: Money
    total: Money
    fee: int
    taken: dict[int, int]
    state: State
    held_at: datetime
    lapses_at: datetime
    due_at: datetime | None
    refund_rule: RefundRule
    revision: int = 1
    promo_code: str | None = None
    called_up: bool = False
    refunded: int = 0
    intent_id: str | None = None
    charge_id: str | None = None
    transfer_id: str | None = None
    stripe_fee_id: str | None = None
    second_transfer_id: str | None = None
    mail_to: str | None = field(default=None, repr=False)
    written_to: str | None = field(default=None, repr=False)
    paid_at: datetime | None = None
    dispute: str | None = None

    @property
    def free(self) -> bool:
        """Whether nothing is to be paid."""
        return self.total.amount == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One account's right to enter one room. `number` counts within its purchase, from 0.

    `price` is what was paid for it, `fee` the platform's part of that; `refund_rule` is that by
    which it was bought.
    """

    ticket_id: str
    room_id: str
    hold_id: str
    number: int
    holder_id: str
    buyer_id: str
    price: Money
    fee: int
    state: TicketState
    issued_at: datetime
    refund_rule: RefundRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money of one purchase on its way back: the price of these tickets, and the fees on it.

    With `due_at`, `refund_id` is also Stripe's idempotency key. `stripe_refund_id` is there once
    Stripe has it. `ground`: by which rule it was asked for. `credit`: so much of the price had gone
    back by hand before; `spared`: so much of their part of it the host had lost by that, or if less
    than nothing had gained. `debt`: Stripe could not take this much back from the host, who owes it
    to the platform; `covered`: so much of that was taken by hand. `settled` says how the buyer was
    paid what their bank had sent back.
    """

    refund_id: str
    hold_id: str
    room_id: str
    host_id: str
    ticket_ids: tuple[str, ...]
    amount: Money
    fee: int
    reason: RefundReason
    state: RefundState
    wanted_at: datetime
    due_at: datetime | None
    ground: RefundGround | None = None
    stripe_refund_id: str | None = None
    credit: int = 0
    spared: int = 0
    debt: int = 0
    covered: int = 0
    settled: str | None = None

    @property
    def returned(self) -> int:
        """What the buyer gets with it."""
        return self.amount.amount - self.credit

    @property
    def share(self) -> int:
        """What of that the host gives, or if less than nothing gets."""
        return self.amount.amount - self.fee - self.spared

    @property
    def moves(self) -> bool:
        """Whether any money does."""
        return self.returned != 0 or self.share != 0


class DisputeState(StrEnum):
    """How a dispute stands. An inquiry takes no money yet, and may end without."""

    INQUIRY = "inquiry"
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A buyer's bank wants the money of a purchase back.

    `fee` is what the platform loses by it, the rest is the host's; `debt` is what of that could not
    be taken from them, `covered` what of it was taken by hand. `withdrawn`, `reinstated`: the
    ledger has it. `evidence`: Stripe has what we know.
    """

    dispute_id: str
    hold_id: str
    room_id: str
    host_id: str
    amount: Money
    fee: int
    reason: str
    state: DisputeState
    opened_at: datetime
    due_at: datetime | None
    evidence: bool = False
    withdrawn: bool = False
    reinstated: bool = False
    debt: int = 0
    covered: int = 0

    @property
    def share(self) -> int:
        """What of the amount is the host's."""
        return self.amount.amount - self.fee


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """An account has lost tickets of one purchase, and the room has not heard of it yet."""

    loss_id: str
    hold_id: str
    room_id: str
    account_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An event that Stripe told us of: a hint to look at what it names. Handled if not due.

    `account_id`: of the connected account in which it happened, None for the platform's own.
    `charge_id`: of whose transfer or fee it tells.
    """

    event_id: str
    kind: str
    subject_id: str | None
    intent_id: str | None
    hold_id: str | None
    received_at: datetime
    due_at: datetime | None
    account_id: str | None = None
    charge_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoCode:
    """Takes `percent` or `amount` (minor units) off each of so many tickets as are `left`.

    `withdrawn`: its host has taken it back after it was used.
    """

    code: str
    percent: int | None
    amount: int | None
    limit: int
    left: int
    withdrawn: bool = False

    @property
    def used(self) -> int:
        """How many tickets were bought with it, or are held."""
        return self.limit - self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody on the waiting list; text order of `place_id` is the order of the list.

    `mail_to` is where to tell them that it is their turn.
    """

    account_id: str
    place_id: str
    since: datetime
    mail_to: str | None = field(default=None, repr=False)
