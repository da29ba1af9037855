from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.sqs.queue import NotAReceipt, NotInFlight, Queue, Settings

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def queue() -> Queue:
    return Queue("letters", Settings(visibility=30 * SECOND))


def receive(queue: Queue, now: datetime, limit: int = 10) -> list[str]:
    return [message.body for message in queue.receive(limit, now)[0]]


def test_messages_come_in_the_order_in_which_they_were_sent(queue: Queue) -> None:
    for body in "abc":
        queue.send(body, {}, NOON)

    assert receive(queue, NOON, 2) == ["a", "b"]
    assert receive(queue, NOON) == ["c"]


def test_a_received_message_is_hidden_until_its_timeout_is_over(queue: Queue) -> None:
    queue.send("a", {}, NOON)

    assert receive(queue, NOON) == ["a"]
    assert receive(queue, NOON + 29 * SECOND) == []
    assert receive(queue, NOON + 30 * SECOND) == ["a"]


def test_a_deleted_message_never_comes_again(queue: Queue) -> None:
    queue.send("a", {}, NOON)
    (message,), _dead = queue.receive(1, NOON)

    queue.delete(message.receipt)
    queue.delete(message.receipt)

    assert receive(queue, NOON + timedelta(hours=1)) == []
    assert queue.counts(NOON) == (0, 0, 0)


def test_a_message_may_be_delayed(queue: Queue) -> None:
    queue.send("late", {}, NOON, delay=10 * SECOND)

    assert receive(queue, NOON + 9 * SECOND) == []
    assert queue.counts(NOON) == (0, 0, 1)
    assert queue.next_reveal() == NOON + 10 * SECOND
    assert receive(queue, NOON + 10 * SECOND) == ["late"]


def test_a_message_may_be_given_back_at_once_or_kept_longer(queue: Queue) -> None:
    queue.send("a", {}, NOON)
    (message,), _dead = queue.receive(1, NOON)

    queue.hide(message.receipt, 60 * SECOND, NOON)
    assert receive(queue, NOON + 59 * SECOND) == []
    queue.hide(message.receipt, timedelta(0), NOON + 59 * SECOND)

    assert receive(queue, NOON + 59 * SECOND) == ["a"]


def test_a_message_that_waits_can_be_hidden_by_nobody(queue: Queue) -> None:
    queue.send("a", {}, NOON)
    (message,), _dead = queue.receive(1, NOON)

    with pytest.raises(NotInFlight):
        queue.hide(message.receipt, SECOND, NOON + 30 * SECOND)


@pytest.mark.parametrize("receipt", ["", "nothing", "a:", ":x"])
def test_what_is_no_receipt_deletes_nothing(queue: Queue, receipt: str) -> None:
    with pytest.raises(NotAReceipt):
        queue.delete(receipt)


def test_a_receive_that_hides_nothing_brings_each_message_once(queue: Queue) -> None:
    queue.send("a", {}, NOON)

    received, _dead = queue.receive(10, NOON, visibility=timedelta(0))

    assert [message.body for message in received] == ["a"]
    assert receive(queue, NOON) == ["a"]


def test_a_message_that_came_too_often_goes_to_the_dead_letters() -> None:
    queue = Queue("letters", Settings(visibility=SECOND, dead_letters="arn", max_receive_count=2))
    queue.send("poison", {}, NOON)

    assert receive(queue, NOON) == ["poison"]
    assert receive(queue, NOON + SECOND) == ["poison"]
    received, dead = queue.receive(10, NOON + 2 * SECOND)

    assert received == []
    assert [(message.body, message.received) for message in dead] == [("poison", 2)]
    assert queue.counts(NOON + 2 * SECOND) == (0, 0, 0)


def test_a_message_that_is_too_old_is_forgotten() -> None:
    queue = Queue("letters", Settings(retention=60 * SECOND))
    queue.send("old", {}, NOON)

    assert receive(queue, NOON + 60 * SECOND) == []
    assert queue.messages == {}


@given(st.lists(st.sampled_from(["send", "receive", "delete", "wait"]), max_size=60))
def test_no_message_is_lost_and_none_is_had_by_two(steps: list[str]) -> None:
    queue = Queue("letters", Settings(visibility=3 * SECOND))
    now, sent, done = NOON, 0, 0
    held: dict[str, datetime] = {}
    for step in steps:
        if step == "send":
            queue.send("x", {}, now)
            sent += 1
        elif step == "receive":
            for message in queue.receive(2, now)[0]:
                assert held.get(message.message_id, now) <= now
                held[message.message_id] = now + 3 * SECOND
        elif step == "delete" and held:
            message_id, until = held.popitem()
            if until > now:
                queue.delete(f"{message_id}:1")
                done += 1
        else:
            now += SECOND

        waiting, in_flight, delayed = queue.counts(now)
        assert waiting + in_flight + delayed == sent - done
        assert in_flight == sum(until > now for until in held.values())


def test_thousands_are_handed_out_in_order() -> None:
    queue = Queue("letters", Settings())
    for number in range(5_000):
        queue.send(str(number), {}, NOON)

    received = [int(body) for _ in range(500) for body in receive(queue, NOON)]

    assert received == list(range(5_000))
