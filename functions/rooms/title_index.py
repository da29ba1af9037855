"""Scheduled and live rooms by the words of their titles.

    pk word#<state>#<first character>   sk <word>#<room_id>   `room_id`

Written by whoever follows the rooms' changes, a moment after them: what is found here is read again
and may turn out to be another now.
"""

from collections.abc import Iterable

from core.dynamo import Database, Delete, Put
from core.tables import ROOMS
from functions.rooms.life import State
from functions.rooms.model import Room
from functions.rooms.words import words_of

FOUND = (State.SCHEDULED, State.LIVE)


class TitleIndex:
    """The words in the rooms table."""

    def __init__(self, database: Database) -> None:
        self._table = database.table(ROOMS)

    def follow(self, was: Room | None, room: Room) -> None:
        """The room is found as it is now, and not as it was; again, it changes nothing."""
        before, now = keys_of(was), keys_of(room)
        self._table.write_many(
            [
                *(Delete(pk=pk, sk=sk) for pk, sk in sorted(before - now)),
                *(
                    Put(item={"pk": pk, "sk": sk, "room_id": room.room_id})
                    for pk, sk in sorted(now - before)
                ),
            ]
        )

    def find(self, state: State, word: str, limit: int) -> list[str]:
        """Ids of so many rooms with a word that begins like this, in no order that means much."""
        page = self._table.query(partition(state, word), begins=word, limit=limit)
        return list(dict.fromkeys(item["room_id"] for item in page.items))


def keys_of(room: Room | None) -> set[tuple[str, str]]:
    """Where a room stands in the index."""
    if room is None or room.state not in FOUND:
        return set()
    return {
        (partition(room.state, word), f"{word}#{room.room_id}") for word in words_of(room.title)
    }


def partition(state: State, word: str) -> str:
    """Where words stand that begin with the same character."""
    return f"word#{state}#{word[0]}"


def longest(words: Iterable[str]) -> str:
    """The word to look for first: it has the fewest rooms, as a rule."""
    return max(words, key=len)
