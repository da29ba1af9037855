import asyncio
import threading
from typing import Any

import pytest

from local.lambdas import CONCURRENCY, WAITING, Function, Lambdas, Throttled

pytestmark = pytest.mark.anyio


class Slow:
    """A handler that lasts until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def __call__(self, event: Any, context: Any) -> Any:
        self.let_go.wait(10)
        return event, context


def function(slow: Slow, *, timeout_s: float = 5) -> Function:
    return Function(name="slow", handler=slow, timeout_s=timeout_s)


async def test_a_function_knows_its_request_and_how_long_it_may_take() -> None:
    lambdas, slow = Lambdas(), Slow()
    slow.let_go.set()

    event, context = await lambdas.invoke(function(slow), {"any": "thing"}, "r1")

    assert event == {"any": "thing"}
    assert context.aws_request_id == "r1"
    assert context.invoked_function_arn.endswith(":function:stoa-slow")
    assert 0 < context.get_remaining_time_in_millis() <= 5000
    lambdas.stop()


async def test_a_function_that_takes_too_long_is_not_waited_for() -> None:
    lambdas, slow = Lambdas(), Slow()

    with pytest.raises(TimeoutError):
        await lambdas.invoke(function(slow, timeout_s=0.01), {}, "r1")

    slow.let_go.set()
    lambdas.stop()


async def test_what_a_function_raises_is_raised() -> None:
    lambdas = Lambdas()
    broken = Function(name="broken", handler=lambda event, _: event["nothing"], timeout_s=5)

    with pytest.raises(KeyError):
        await lambdas.invoke(broken, {}, "r1")

    lambdas.stop()


async def test_more_than_the_bound_are_turned_away_at_once() -> None:
    lambdas, slow = Lambdas(), Slow()
    under_way = [
        asyncio.create_task(lambdas.invoke(function(slow), {}, "r1"))
        for _ in range(CONCURRENCY + WAITING)
    ]
    await asyncio.sleep(0)  # each of them has begun

    with pytest.raises(Throttled):
        await lambdas.invoke(function(slow), {}, "r1")

    slow.let_go.set()
    await asyncio.gather(*under_way)
    assert await lambdas.invoke(function(slow), {}, "r1")
    lambdas.stop()
