import asyncio
import threading
from typing import Any

import pytest

from functions.shared.door import Door
from local.lambdas import CONCURRENCY, WAITING, Lambdas, Throttled

pytestmark = pytest.mark.anyio
EVENT = {"requestContext": {"requestId": "r1"}}


class Slow(Door):
    """A function that lasts until it is let go."""

    app_name = "slow"

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def __call__(self, event: Any, context: Any) -> Any:
        self.let_go.wait(10)
        return context


async def test_a_function_knows_its_request_and_how_long_it_may_take() -> None:
    lambdas, door = Lambdas(limit=5), Slow()
    door.let_go.set()

    context = await lambdas.invoke(door, EVENT)

    assert context.aws_request_id == "r1"
    assert 0 < context.get_remaining_time_in_millis() <= 5000
    lambdas.stop()


async def test_a_function_that_takes_too_long_is_not_waited_for() -> None:
    lambdas, door = Lambdas(limit=0.01), Slow()

    with pytest.raises(TimeoutError):
        await lambdas.invoke(door, EVENT)

    door.let_go.set()
    lambdas.stop()


async def test_more_than_the_bound_are_turned_away_at_once() -> None:
    lambdas, door = Lambdas(), Slow()
    under_way = [
        asyncio.create_task(lambdas.invoke(door, EVENT)) for _ in range(CONCURRENCY + WAITING)
    ]
    await asyncio.sleep(0)  # each of them has begun

    with pytest.raises(Throttled):
        await lambdas.invoke(door, EVENT)

    door.let_go.set()
    await asyncio.gather(*under_way)
    assert await lambdas.invoke(door, EVENT)
    lambdas.stop()
