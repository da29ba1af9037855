"""Who works on a round, and how far it has got: what makes each reminder go out once.

    fire, fire again     the same round twice in the queue: two messages, one item here
    take                 one of them gets the round until a time; the other comes back later
    send to some people  a chunk: as many as are under way at once
    mark                 they are done; only whoever holds the round may say so
    ...                  and so on, to `finish`: from then on the round is done, whatever comes

So the claim is one conditional write a *chunk*, not one a person: a claim says that somebody has
begun, and how far a crash may have got is known as exactly by the chunk that was under way.

Once, where that can be had: whatever fires twice or is redelivered, at once or days later; whatever
crashes before or after a mark. It can't be had where a function dies after a provider has taken a
message and before we have written so: no provider takes a key by which it would know it again. We
send again then, since a reminder that never comes is worse than one that comes twice:

    in_app   no one sees it: the alert has the same `event_id`, and is shown once
    push     at most a chunk of 25; the phone shows the second in place of the first (collapse id)
    e-mail   at most one letter, since its chunk is one

A function that outlives the time it was given could send beside its successor. It can't outlive it:
`HOLDS` is longer than Lambda lets it live, and shorter than its message stays hidden (core/queues).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import to_rfc3339
from core.dynamo import Attr, ConditionBase, ConditionFailed, Database, Item, Update
from core.tables import REMINDERS
from functions.reminders.messages import Round
from functions.reminders.records import REMEMBERED, epoch

HOLDS = timedelta(seconds=40)


class Busy(Exception):
    """Somebody else works on the round: come back when they are done, or dead."""


class Lost(Exception):
    """The round has changed hands: whoever holds it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Everybody up to this account of this part has been served, but for those left behind."""

    part: int
    after: str = ""
    left: frozenset[str] = frozenset()


class RoundStore:
    """Rounds in the reminders table; each method is one write."""

    def __init__(self, database: Database) -> None:
        self._table = database.table(REMINDERS)

    def take(self, a_round: Round, holder: str, now: datetime) -> Progress | None:
        """How far it has got, for the one who goes on; None if it is done. Busy."""
        held = {
            "holder": holder,
            "until": to_rfc3339(now + HOLDS),
            "expires_at": epoch(now + REMEMBERED),
        }
        pk, sk = key(a_round)
        try:
            item = self._table.write(Update(pk=pk, sk=sk, set=held, condition=self._free(now)))
        except ConditionFailed as failed:
            if failed.found and failed.found.get("done"):
                return None
            raise Busy from failed
        return Progress(
            part=item.get("part", a_round.first),
            after=item.get("after", ""),
            left=frozenset(item.get("left", ())),
        )

    def mark(self, a_round: Round, holder: str, progress: Progress) -> None:
        """The round has got so far. Lost."""
        self._write(a_round, holder, progress)

    def release(self, a_round: Round, holder: str, progress: Progress) -> None:
        """The round has got so far, and anybody may go on with it. Lost."""
        self._write(a_round, holder, progress, remove=("holder", "until"))

    def finish(self, a_round: Round, holder: str) -> None:
        """The round is done. Lost."""
        done = {"done": True}
        gone = ("holder", "until", "left", "part", "after")
        self._update(a_round, holder, done, gone)

    def _write(
        self, a_round: Round, holder: str, progress: Progress, remove: tuple[str, ...] = ()
    ) -> None:
        values: Item = {"part": progress.part, "after": progress.after}
        if progress.left:
            values["left"] = set(progress.left)
        else:
            remove = (*remove, "left")
        self._update(a_round, holder, values, remove)

    def _update(self, a_round: Round, holder: str, values: Item, remove: tuple[str, ...]) -> None:
        pk, sk = key(a_round)
        try:
            self._table.write(
                Update(pk=pk, sk=sk, set=values, remove=remove, condition=self._held_by(holder))
            )
        except ConditionFailed as failed:
            raise Lost from failed

    def _free(self, now: datetime) -> ConditionBase:
        """Of two messages about a round one gets it, and a done round nobody."""
        nobody = Attr("until").not_exists() | Attr("until").lt(to_rfc3339(now))
        return nobody & Attr("done").not_exists()

    def _held_by(self, holder: str) -> ConditionBase:
        """Whoever was too slow must not undo what their successor has done."""
        return Attr("holder").eq(holder)


def key(a_round: Round) -> tuple[str, str]:
    """Where a round lies. All rounds of an occasion have the same width, so `first` names it."""
    pk = f"round#{a_round.room_id}#{a_round.first}"
    return pk, f"{a_round.version}#{a_round.occasion}#{a_round.channel}"
