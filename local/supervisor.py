"""Starts the parts of the stack in their order, and stops them in the other.

AWS, the gateway and the functions live in this process; the media worker, the caption worker, the
stand-ins for Transcribe and Stripe and the demo's host are children, started again when they end.
"""

import asyncio
import json
import os
import signal
import socket
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from core.clock import utc_now
from core.dynamo import Database
from core.placement import Fleet
from core.tables import WORKERS
from local.authorizer import Authorizer
from local.aws import Aws
from local.background import Background
from local.captions import caption_plane
from local.children import Child, Say
from local.clock import Clock
from local.clock_routes import clock_routes
from local.contract import contract_routes
from local.deployment import aws_environment, deploy
from local.gateway import Front, Gateway
from local.identity import Identity, identity_routes
from local.lambdas import Lambdas
from local.names import PREFIX
from local.outbox.outbox import Outbox
from local.outbox.routes import outbox_routes
from local.pages import Pages
from local.payload import HttpRequest
from local.payments import Payments, payments
from local.routes import Routes, load_doors
from local.settings import Settings, listen
from local.sockets import Sockets, socket_routes
from local.sqs.service import Sqs
from local.streams import Streams

LOOK_EVERY = 0.05  # s
DEMO_WITHIN = 10.0  # s
CATCHES_UP_WITHIN = 5.0  # s


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What is known before anything runs. `url` is where people reach the stack."""

    settings: Settings
    listening: socket.socket
    url: str
    money: Payments
    clock: Clock
    say: Say


async def run(settings: Settings, say: Say, clock: Clock) -> None:
    """The stack, until SIGINT or SIGTERM; CannotStart if something is in the way."""
    listening = listen(settings)
    url = f"http://{settings.reachable_at}:{listening.getsockname()[1]}"
    start = Start(
        settings=settings,
        listening=listening,
        url=url,
        money=payments(os.environ, settings, url, say),
        clock=clock,
        say=say,
    )
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve(start))
        await stopping.wait()
        say("Stoa is stopping.")
        serving.cancel()


async def serve(start: Start) -> None:
    """The parts, until cancelled: the gateway stops first; AWS last, for workers to hand back."""
    say, clock = start.say, start.clock
    async with AsyncExitStack() as parts:
        parts.callback(start.listening.close)
        sqs, lambdas, outbox = Sqs(clock.utc_now), Lambdas(), Outbox(clock.utc_now)
        background = Background(clock, sqs, lambdas)
        streams, sockets = Streams(lambdas), Sockets(lambdas, clock)
        aws = Aws(sqs, (background.scheduler, outbox, streams, sockets))
        endpoint = await aws.start()
        parts.push_async_callback(aws.stop)
        # Lambda and Fargate hand functions and workers their environment; here it is this one.
        changed = aws_environment(os.environ, endpoint)
        os.environ.clear()
        os.environ.update(changed)
        os.environ.update(start.money.environment)
        # Until the end: words that are still to be recognised then need a new stream.
        tls = Path(parts.enter_context(TemporaryDirectory()))
        services = await parts.enter_async_context(asyncio.TaskGroup())
        children = await parts.enter_async_context(asyncio.TaskGroup())
        # The stand-ins know nothing of the deployment, so they start beside it.
        if start.money.stand_in:
            services.create_task(start.money.stand_in.keep_running())
        plane = caption_plane(os.environ, tls, say) if start.settings.captions else None
        if plane is not None:
            services.create_task(plane.transcribe.keep_running())
        deployment = await asyncio.to_thread(deploy, endpoint, start.settings, start.url)
        os.environ.update(deployment.environment)
        for worker in media_workers(start.settings.workers, say):
            children.create_task(worker.keep_running())
        if plane is not None:
            children.create_task(plane.worker.keep_running())
        parts.callback(lambdas.stop)
        jobs = await parts.enter_async_context(asyncio.TaskGroup())
        gateway = Gateway(
            Routes(await asyncio.to_thread(load_doors)),
            await asyncio.to_thread(
                Authorizer.fetch,
                deployment.jwks_url,
                issuer=deployment.issuer,
                audience=deployment.client_id,
            ),
            lambdas,
        )
        await asyncio.to_thread(background.load)
        await start.money.answered()
        await asyncio.to_thread(streams.load)
        await asyncio.to_thread(sockets.load)
        jobs.create_task(background.run())
        jobs.create_task(streams.run(aws))
        front = Front(
            gateway,
            Pages(),
            {"sign_in": "local", "stripe_js": start.money.script},
            identity_routes(Identity(deployment, gateway)),
            clock_routes(clock, caught_up),
            contract_routes(),
            outbox_routes(outbox),
            socket_routes(sockets),
            tills=start.money.tills,
        )
        await front.start(start.listening)
        parts.push_async_callback(front.stop)
        parts.callback(sockets.stop)
        await workers_reported(start.settings.workers)
        if start.settings.demo:
            os.environ["STOA_URL"] = start.url
            os.environ["STOA_CAPTIONS"] = "on" if plane else "off"
            children.create_task(Child("demo room", "local.demo", say).keep_running())
            with suppress(TimeoutError):
                await demo_is_live(gateway)
        say(f"Stoa is ready at {start.url}")
        await asyncio.get_running_loop().create_future()


async def demo_is_live(gateway: Gateway) -> None:
    """Returns once a room is live; TimeoutError if that takes long."""
    browse = HttpRequest(method="GET", path="/rooms", query="state=live")
    async with asyncio.timeout(DEMO_WITHIN):
        while True:
            answer = await gateway.answer(browse, utc_now())
            if answer.status == HTTPStatus.OK and json.loads(answer.body)["items"]:
                return
            await asyncio.sleep(LOOK_EVERY)


def media_workers(count: int, say: Say) -> list[Child]:
    """The fleet: STOA_MEDIA_PORT is the first one's."""
    others = [
        Child(f"media worker {number}", "media_workers", say, {"STOA_MEDIA_PORT": "0"})
        for number in range(2, count + 1)
    ]
    return [Child("media worker", "media_workers", say), *others]


async def workers_reported(count: int) -> None:
    """Returns once so many media workers would take a room."""
    fleet = Fleet(Database(PREFIX).table(WORKERS))
    while True:
        workers = await asyncio.to_thread(fleet.list)
        if sum(worker.has_room(utc_now()) for worker in workers) >= count:
            return
        await asyncio.sleep(LOOK_EVERY)


async def caught_up() -> None:
    """Returns once a media worker lives in a time to which the clock was moved, or after a while.

    Until its next heartbeat none does.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(CATCHES_UP_WITHIN):
            await workers_reported(1)
