"""A room's transcript, beside what core/captions tells of the captions table.

pk              sk           holds
room#<room_id>  captioners   the set `account_ids`: who may write lines by hand

The caption worker adds lines at the same time: a line's number is whoever's writes it first.
"""

from collections.abc import Iterator

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from core.captions import LINES, VOCABULARY, CaptionLine, captions_key, line_id_key, line_key
from core.dynamo import (
    Attr,
    ConditionBase,
    ConditionFailed,
    Database,
    Put,
    Update,
    absent,
)
from core.errors import Conflict, NotFound, Unavailable
from core.tables import CAPTIONS
from functions.transcripts.model import LAST_SEQ, MAX_CAPTIONERS, LinePage, taught

CAPTIONERS = "captioners"
BATCH = 500


class Overtaken(Unavailable):
    """Somebody else wrote first: read again and try anew."""

    def __init__(self) -> None:
        super().__init__("busy", "Too many are writing here at once; try again.", retry_after=1)


again = retry(
    retry=retry_if_exception_type(Overtaken),
    wait=wait_random_exponential(multiplier=0.01, max=0.2),
    stop=stop_after_attempt(8),
    reraise=True,
)


class TranscriptStore:
    """Lines, and what makes them better: captioners and vocabularies."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table(CAPTIONS)

    def page(
        self, room_id: str, *, after_seq: int | None, before_seq: int | None, limit: int
    ) -> LinePage:
        """Lines between the two, forward from `after_seq` if there is one, else backward."""
        first = 1 if after_seq is None else after_seq + 1
        last = LAST_SEQ if before_seq is None else before_seq - 1
        if first > last:
            return LinePage(lines=[], next=None)
        items = self._table.query(
            captions_key(room_id),
            between=(line_key(first), line_key(last)),
            newest_first=after_seq is None,
            limit=limit + 1,
        ).items
        lines = [CaptionLine.from_item(item) for item in items[:limit]]
        more = lines[-1].seq if len(items) > limit else None
        return LinePage(lines=sorted(lines, key=lambda line: line.seq), next=more)

    def all(self, room_id: str) -> Iterator[CaptionLine]:
        """Every line, read as the caller goes on."""
        for page in self._table.pages(captions_key(room_id), begins=LINES, limit=BATCH):
            yield from map(CaptionLine.from_item, page.items)

    def find(self, room_id: str, line_id: str) -> CaptionLine | None:
        """The final line of this id."""
        key = captions_key(room_id)
        pointer = self._table.get(key, line_id_key(line_id))
        item = pointer and self._table.get(key, line_key(pointer["seq"]))
        return CaptionLine.from_item(item) if item else None

    def correct(self, room_id: str, line: CaptionLine, text: str, by: str) -> CaptionLine:
        """The line with this text, if it is as it was read; Conflict `stale_revision`.

        Repeated after an answer that was lost, it finds its own words, and that is no conflict.
        """
        update = Update(
            pk=captions_key(room_id),
            sk=line_key(line.seq),
            set={"text": text, "corrected_by": by},
            add={"revision": 1},
            condition=self._as_read(line),
        )
        try:
            return CaptionLine.from_item(self._table.write(update))
        except ConditionFailed as failed:
            if not failed.found:
                raise line_not_found() from failed
            found = CaptionLine.from_item(failed.found)
            if (found.revision, found.text, found.corrected_by) == (line.revision + 1, text, by):
                return found
            raise Conflict(
                "stale_revision",
                "The line was changed since you read it.",
                line=found.model_dump(mode="json"),
            ) from failed

    @again
    def append(self, room_id: str, line: CaptionLine, by: str) -> CaptionLine:
        """The line with the next number, which nobody else has; `by` wrote it."""
        numbered = line.model_copy(update={"seq": self._last_seq(room_id) + 1})
        key = captions_key(room_id)
        pointer = {"pk": key, "sk": line_id_key(line.line_id), "seq": numbered.seq}
        item = numbered.to_item(room_id) | {"written_by": by}
        try:
            self._database.transact(
                (self._table, Put(item=item, condition=self._unwritten())),
                (self._table, Put(item=pointer, condition=absent)),
            )
        except ConditionFailed as failed:
            raise Overtaken from failed
        return numbered

    def captioners(self, room_id: str) -> frozenset[str]:
        """Who may write lines."""
        item = self._table.get(captions_key(room_id), CAPTIONERS) or {}
        return frozenset(item.get("account_ids", ()))

    def add_captioner(self, room_id: str, account_id: str) -> None:
        """One captioner more; again, it changes nothing. Conflict `captioners_full`."""
        named = Attr("account_ids")
        update = Update(
            pk=captions_key(room_id),
            sk=CAPTIONERS,
            add={"account_ids": {account_id}},
            condition=named.not_exists()
            | named.contains(account_id)
            | named.size().lt(MAX_CAPTIONERS),
        )
        try:
            self._table.write(update)
        except ConditionFailed as failed:
            detail = f"A room has {MAX_CAPTIONERS} captioners at most."
            raise Conflict("captioners_full", detail, allowed=MAX_CAPTIONERS) from failed

    def drop_captioner(self, room_id: str, account_id: str) -> None:
        """One captioner less; again, it changes nothing."""
        taken = {"account_ids": {account_id}}
        self._table.write(Update(pk=captions_key(room_id), sk=CAPTIONERS, take=taken))

    def vocabulary(self, room_id: str) -> list[str]:
        """The room's words, in the order in which they came."""
        return self._vocabulary(room_id)[0]

    def put_vocabulary(self, room_id: str, words: list[str]) -> None:
        """These words and no others."""
        update = Update(
            pk=captions_key(room_id), sk=VOCABULARY, set={"words": words}, add={"revision": 1}
        )
        self._table.write(update)

    @again
    def teach(self, room_id: str, words: list[str]) -> None:
        """These words too, as far as there is room."""
        known, revision = self._vocabulary(room_id)
        wanted = taught(known, words)
        if wanted == known:
            return
        unchanged = Attr("revision").eq(revision) if revision else absent
        update = Update(
            pk=captions_key(room_id),
            sk=VOCABULARY,
            set={"words": wanted},
            add={"revision": 1},
            condition=unchanged,
        )
        try:
            self._table.write(update)
        except ConditionFailed as failed:
            raise Overtaken from failed

    def _vocabulary(self, room_id: str) -> tuple[list[str], int]:
        item = self._table.get(captions_key(room_id), VOCABULARY)
        return (item["words"], item["revision"]) if item else ([], 0)

    def _last_seq(self, room_id: str) -> int:
        page = self._table.query(captions_key(room_id), begins=LINES, newest_first=True, limit=1)
        return int(page.items[0]["seq"]) if page.items else 0

    def _as_read(self, line: CaptionLine) -> ConditionBase:
        """Of two corrections at once, the second finds another revision."""
        return Attr("revision").eq(line.revision)

    def _unwritten(self) -> ConditionBase:
        """Of two lines with one number, the second finds it taken."""
        return absent


def line_not_found() -> NotFound:
    """No such line, or none that is final yet."""
    return NotFound("line_not_found", "There is no such line.")
