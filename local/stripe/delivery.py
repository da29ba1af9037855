"""Carries webhooks to their endpoints, and moves the stand-in's clock on while nobody asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from core.clock import utc_now
from local.stripe.core import Stripe
from local.stripe.outbox import Delivery

LOOKS_EVERY = 0.1  # s: the clock may be moved by hand, so no sleep can last until something is due
AT_ONCE = 8
SUCCESS = range(200, 300)
TIMEOUT = aiohttp.ClientTimeout(total=20)


class Postman:
    """Delivers what is due, a few at a time. Only 2xx takes a delivery; redirects don't."""

    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe
        self._under_way: set[int] = set()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """For as long as the block lasts."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, asyncio.TaskGroup() as group:
            rounds = group.create_task(self._go_round(session))
            yield
            rounds.cancel()

    async def _go_round(self, session: aiohttp.ClientSession) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                now = utc_now()
                self._stripe.advance(now)
                for delivery in self._stripe.state.outbox.due(now):
                    if len(self._under_way) >= AT_ONCE:
                        break
                    if delivery.number not in self._under_way:
                        self._under_way.add(delivery.number)
                        group.create_task(self._deliver(session, delivery))
                await asyncio.sleep(LOOKS_EVERY)

    async def _deliver(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        body, headers = delivery.signed(utc_now())
        taken = False
        try:
            async with session.post(
                delivery.endpoint.url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                taken = answer.status in SUCCESS
        except (aiohttp.ClientError, TimeoutError):
            taken = False
        finally:
            self._under_way.discard(delivery.number)
            self._stripe.state.outbox.answered(delivery, utc_now(), taken=taken)
