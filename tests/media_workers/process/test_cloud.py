import asyncio
import threading
from typing import Any, Never

import pytest
from botocore.exceptions import EndpointConnectionError

from core.roster import LeaseLost
from media_workers.process.cloud import Cloud
from media_workers.process.crew import Crew

pytestmark = pytest.mark.anyio


@pytest.fixture
async def cloud() -> Any:
    cloud = Cloud(threads=2, longest_wait=0.01)
    yield cloud
    cloud.close()


async def test_a_failing_cloud_is_asked_until_it_answers(cloud: Any) -> None:
    answers = iter([EndpointConnectionError(endpoint_url="x")] * 5)

    def ask(what: Any) -> Any:
        if error := next(answers, None):
            raise error
        return what

    assert await cloud.persist(ask, "now") == "now"
    assert cloud.failures == {"EndpointConnectionError": 5}


async def test_an_answer_is_not_repeated(cloud: Any) -> None:
    asked = []

    def ask() -> Never:
        asked.append(1)
        raise LeaseLost

    with pytest.raises(LeaseLost):
        await cloud.persist(ask)
    assert asked == [1]


async def test_no_more_calls_are_under_way_than_there_are_threads(cloud: Any) -> None:
    under_way, most = 0, 0
    lock, two = threading.Lock(), threading.Barrier(2)

    def ask() -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        two.wait(5)
        with lock:
            under_way -= 1

    await asyncio.gather(*(cloud.call(ask) for _ in range(6)))

    assert most == 2


async def test_a_task_that_breaks_is_logged_and_leaves_the_others_alone(caplog: Any) -> None:
    crew, done = Crew(), asyncio.Event()

    async def broken() -> Never:
        raise LookupError

    async def sound() -> None:
        done.set()

    crew.spawn(broken(), "broken")
    crew.spawn(sound(), "sound")
    await done.wait()
    await crew.dismiss()

    assert crew.failures == 1
    assert "task.failed name=broken" in caplog.text
