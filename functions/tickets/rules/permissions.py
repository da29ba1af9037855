"""Who may sell and buy what: the table that decides. docs/tickets.md shows the same.

Standings and refusals are those of functions/rooms/permissions. As there, what a cell allows may
still be refused for another reason: the room's state, the roll-out, what is left.
"""

from enum import StrEnum
from http import HTTPStatus

from functions.rooms.permissions import (
    BARRED,
    BLOCK,
    HIDDEN,
    HOST,
    LOGIN,
    YES,
    Denial,
    Standing,
    by_standing,
    decide,
)


class Act(StrEnum):
    """What can be done."""

    READ_OFFER = "read the offer"
    SELL = "sell tickets"
    BUY = "buy tickets"
    WAIT = "wait for tickets"


OWN = Denial(HTTPStatus.CONFLICT, "own_room", "Host and co-hosts come in without a ticket.")

# Columns in the order of Standing:
#  anonymous stranger listener speaker cohost host other_host removed blocked
ROWS: dict[Act, tuple[Denial | None, ...]] = {
    Act.READ_OFFER: (YES, YES, YES, YES, YES, YES, YES, YES, HIDDEN),
    Act.SELL: (LOGIN, HOST, HOST, HOST, HOST, YES, HOST, HOST, HIDDEN),
    Act.BUY: (LOGIN, YES, YES, YES, OWN, OWN, YES, BARRED, BLOCK),
    Act.WAIT: (LOGIN, YES, YES, YES, OWN, OWN, YES, BARRED, BLOCK),
}

TABLE = by_standing(ROWS)


def permit(act: Act, standing: Standing) -> None:
    """Nothing, if the table allows it; else the refusal that stands in the cell."""
    decide(TABLE[act][standing])
