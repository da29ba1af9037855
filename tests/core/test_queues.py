import json
from importlib.util import find_spec

import pytest

from core.queues import QUEUES, Queue, create_dead_letters_request, create_queue_request


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
def test_a_queue_is_something_that_lambda_can_feed_from(queue: Queue) -> None:
    assert find_spec(queue.function)
    assert queue.visibility_s >= queue.timeout_s
    assert queue.batch_size <= 10 or queue.window_s >= 1


def test_a_queue_gives_up_on_a_message_into_its_dead_letters() -> None:
    queue = Queue(name="letters", function="functions.x", max_receive_count=3)

    dead = create_dead_letters_request(queue.dead_letters, "p-")
    request = create_queue_request(queue, "p-", dead_letters_arn="arn:dead")

    assert dead["QueueName"] == "p-letters-dead"
    assert request["QueueName"] == "p-letters"
    assert json.loads(request["Attributes"]["RedrivePolicy"]) == {
        "deadLetterTargetArn": "arn:dead",
        "maxReceiveCount": 3,
    }
