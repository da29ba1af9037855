"""The ledger: postings, each written once, and hosts' running totals. Layout: see `records`.

A host's totals are spread over parts, since each of their sales adds to one: they change in the
transaction that writes the posting, and so are those of all postings at any moment.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from core.clock import from_rfc3339, to_rfc3339
from core.cursors import read_cursor, write_cursor
from core.dynamo import ConditionBase, Database, Item, Put, Update, Write, absent
from core.money import CURRENCIES
from core.tables import TICKETS
from functions.tickets.rules.audit import Fault, Rule
from functions.tickets.rules.ledger import Entry, EntryKind, Posting, PostingKind, Unbalanced
from functions.tickets.rules.model import RefundReason
from functions.tickets.rules.statement import Line, Sums, line_of, sums_of
from functions.tickets.stores.records import UNREADABLE, host_key, spread

TALLY_PARTS = 8
POSTINGS = "posting#"


class LedgerStore:
    """Postings by host, and what they add up to."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def posting(self, *postings: Posting) -> list[Write]:
        """Postings of a purchase, if none was written before, and what they add to the totals."""
        writes: list[Write] = [
            Put(item=posting_item(it), condition=self._once()) for it in postings
        ]
        sums: defaultdict[tuple[str, str], Sums] = defaultdict(Sums)
        for posting in postings:
            key = tally_key(posting.host_id, spread(posting.hold_id, TALLY_PARTS))
            sums[key, posting.currency] += sums_of(posting)
        for (key, currency), total in sums.items():
            if added := {name: by for name, by in asdict(total).items() if by}:
                writes.append(Update(pk=key, sk=currency, add=added))
        return writes

    def totals(self, host_id: str, currencies: Iterable[str] = CURRENCIES) -> dict[str, Sums]:
        """What the host's postings add up to, by currency."""
        keys = [(tally_key(host_id, part), c) for part in range(TALLY_PARTS) for c in currencies]
        totals: defaultdict[str, Sums] = defaultdict(Sums)
        for item in self.table.get_many(keys):
            names = asdict(Sums())
            totals[item["sk"]] += Sums(**{name: item.get(name, 0) for name in names})
        return dict(totals)

    def earned(self, host_id: str, currency: str) -> int:
        """What the host has earned in this currency so far, as the platform's tiers count it."""
        return self.totals(host_id, [currency]).get(currency, Sums()).earned

    def lines(self, host_id: str, limit: int, cursor: str | None) -> tuple[list[Line], str | None]:
        """A page of the host's sales, the latest first, each with all of its postings."""
        scope = ["statement", host_id]
        before = read_cursor(cursor, scope, {"hold_id"})["hold_id"] if cursor else ""
        # A purchase's postings follow on one another: what is read of the last may be a part only.
        found = self._postings(host_id, before, limit + 1)
        lines = [line_of(postings[::-1]) for postings in found[:limit]]
        more = len(found) > limit
        return lines, write_cursor({"hold_id": lines[-1].hold_id}, scope) if more else None

    def stored(self, host_id: str, hold_id: str | None = None) -> Iterator[list[Posting | Fault]]:
        """All postings of a host, or of one purchase of theirs, in pages; faults for what is none.

        Each page is read when it is asked for.
        """
        begins = f"{POSTINGS}{hold_id}#" if hold_id else POSTINGS
        for page in self.table.pages(host_key(host_id), begins=begins):
            yield [posting_or_fault(item, host_id) for item in page.items]

    def _postings(self, host_id: str, before: str, most: int) -> list[list[Posting]]:
        """Postings of up to `most` purchases before this one; the last may lack some of its own."""
        found: dict[str, list[Posting]] = {}
        earlier = (POSTINGS, f"{POSTINGS}{before or '~'}")
        for page in self.table.pages(host_key(host_id), between=earlier, newest_first=True):
            for item in page.items:
                found.setdefault(item["hold_id"], []).append(posting_from_item(item))
            if len(found) >= most:
                break
        return list(found.values())

    def _once(self) -> ConditionBase:
        """However often a step is told, its money has moved once."""
        return absent


def tally_key(host_id: str, part: int) -> str:
    """The partition of a part of a host's totals."""
    return f"tally#{host_id}#{part}"


def posting_item(posting: Posting) -> Item:
    """A posting's item."""
    return {
        "pk": host_key(posting.host_id),
        "sk": f"{POSTINGS}{posting.hold_id}#{posting.posting_id}",
        "posting_id": posting.posting_id,
        "hold_id": posting.hold_id,
        "room_id": posting.room_id,
        "host_id": posting.host_id,
        "kind": str(posting.kind),
        "at": to_rfc3339(posting.at),
        "currency": posting.currency,
        "quantity": posting.quantity,
        **({"reason": str(posting.reason)} if posting.reason else {}),
        "entries": [
            {"account": entry.account, "amount": entry.amount, "kind": str(entry.kind)}
            for entry in posting.entries
        ],
    }


def posting_from_item(item: Item) -> Posting:
    """The inverse of `posting_item`."""
    return Posting(
        posting_id=item["posting_id"],
        hold_id=item["hold_id"],
        room_id=item["room_id"],
        host_id=item["host_id"],
        kind=PostingKind(item["kind"]),
        at=from_rfc3339(item["at"]),
        currency=item["currency"],
        quantity=item["quantity"],
        reason=RefundReason(item["reason"]) if "reason" in item else None,
        entries=tuple(
            Entry(
                account=entry["account"],
                amount=entry["amount"],
                kind=EntryKind(entry["kind"]),
            )
            for entry in item["entries"]
        ),
    )


def posting_or_fault(item: Item, host_id: str) -> Posting | Fault:
    """A posting as it is stored, or what is wrong with it, told by its key."""
    hold_id, _, posting_id = item["sk"].removeprefix(POSTINGS).partition("#")
    try:
        return posting_from_item(item)
    except Unbalanced:
        rule = Rule.UNBALANCED
    except UNREADABLE:
        rule = Rule.UNREADABLE
    return Fault(rule=rule, host_id=host_id, hold_id=hold_id, posting_id=posting_id)
