from typing import Any

from media_workers.channel.outbox import MAX_POSTS, MAX_POSTS_AHEAD, Outbox


class Reader:
    def __init__(self) -> None:
        self.read = []

    def send_message(self, text: Any) -> bool:
        self.read.append(text)
        return True


def test_a_budget_is_kept_and_everyone_reads_in_order() -> None:
    outbox, readers = Outbox(), [Reader() for _ in range(5)]
    for text in ("a", "b"):
        outbox.post("news", [(reader, text) for reader in readers])

    assert [outbox.send(4), outbox.send(4), outbox.send(4)] == [4, 4, 2]

    assert all(reader.read == ["a", "b"] for reader in readers)
    assert not outbox.waiting


def test_a_kind_is_held_until_its_last_letter_is_sent() -> None:
    outbox = Outbox()
    outbox.post("counts", [(Reader(), "1"), (Reader(), "1")])

    outbox.send(1)
    assert outbox.holds("counts")
    outbox.send(2)

    assert not outbox.holds("counts")


def test_what_may_be_dropped_is_dropped_when_there_is_a_queue() -> None:
    outbox = Outbox()
    for _ in range(MAX_POSTS_AHEAD):
        outbox.post("reaction", [(Reader(), "*")], droppable=True)

    outbox.post("reaction", [(Reader(), "*")], droppable=True)
    outbox.post("ended", [(Reader(), "!")])

    assert outbox.dropped == {"reaction": 1}
    assert outbox.send(1000) == MAX_POSTS_AHEAD + 1


def test_the_queue_has_an_end() -> None:
    outbox = Outbox()

    for _ in range(MAX_POSTS + 3):
        outbox.post("muted", [(Reader(), "m")])

    assert outbox.dropped == {"muted": 3}
