"""Who may do what with a room's captions: the table that decides. docs/captions.md shows the same.

Standings and refusals are those of functions/rooms/permissions. As there, what a cell allows may
still be refused for another reason: who is no captioner (`captioner_only`), a ticket
(`ticket_needed`), a rate.
"""

from enum import StrEnum

from functions.rooms.permissions import (
    BARRED,
    HIDDEN,
    HOST,
    HOSTS,
    LOGIN,
    YES,
    Denial,
    Standing,
    by_standing,
    decide,
)


class Act(StrEnum):
    """What can be done."""

    READ = "read its captions"
    CORRECT = "correct another's line"
    CORRECT_OWN = "correct one's own line"
    WRITE = "write a line as its captioner"
    NAME_CAPTIONER = "name, dismiss or list captioners"
    READ_VOCABULARY = "read its vocabulary"
    CHANGE_VOCABULARY = "change its vocabulary"


# Columns in the order of Standing:
#  anonymous stranger listener speaker cohost host other_host removed blocked
ROWS: dict[Act, tuple[Denial | None, ...]] = {
    Act.READ: (YES, YES, YES, YES, YES, YES, YES, YES, HIDDEN),
    Act.CORRECT: (LOGIN, HOSTS, HOSTS, HOSTS, YES, YES, HOSTS, BARRED, HIDDEN),
    Act.CORRECT_OWN: (LOGIN, YES, YES, YES, YES, YES, YES, BARRED, HIDDEN),
    Act.WRITE: (LOGIN, YES, YES, YES, YES, YES, YES, BARRED, HIDDEN),
    Act.NAME_CAPTIONER: (LOGIN, HOST, HOST, HOST, HOST, YES, HOST, HOST, HIDDEN),
    Act.READ_VOCABULARY: (LOGIN, HOSTS, HOSTS, HOSTS, YES, YES, HOSTS, BARRED, HIDDEN),
    Act.CHANGE_VOCABULARY: (LOGIN, HOSTS, HOSTS, HOSTS, YES, YES, HOSTS, BARRED, HIDDEN),
}

TABLE = by_standing(ROWS)


def permit(act: Act, standing: Standing) -> None:
    """Nothing, if the table allows it; else the refusal that stands in the cell."""
    decide(TABLE[act][standing])
