"""Starts the parts of the stack in their order, and stops them in the other.

AWS, the gateway and the functions live in this process; the media worker, the caption worker, the
Transcribe stand-in and the demo room's speaker are children, started again when they end.
"""

import asyncio
import json
import os
import signal
import socket
from contextlib import AsyncExitStack, suppress
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from core.clock import utc_now
from core.dynamo import Database
from core.placement import Fleet
from core.tables import WORKERS
from local.authorizer import Authorizer
from local.aws import Aws
from local.captions import caption_plane
from local.children import Child, Say
from local.deployment import PREFIX, aws_environment, deploy
from local.gateway import Front, Gateway
from local.identity import Identity, identity_routes
from local.lambdas import Lambdas
from local.pages import Pages
from local.payload import HttpRequest
from local.routes import Routes, load_doors
from local.settings import Settings, listen

LOOK_EVERY = 0.05  # s
DEMO_WITHIN = 10.0  # s


async def run(settings: Settings, say: Say) -> None:
    """The stack, until SIGINT or SIGTERM; CannotStart if a port is taken."""
    listening = listen(settings)
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve(settings, listening, say))
        await stopping.wait()
        say("Stoa is stopping.")
        serving.cancel()


async def serve(settings: Settings, listening: socket.socket, say: Say) -> None:
    """The parts, until cancelled: the gateway stops first; AWS last, for workers to hand back."""
    port = listening.getsockname()[1]
    url = f"http://{settings.reachable_at}:{port}"
    async with AsyncExitStack() as parts:
        parts.callback(listening.close)
        aws = Aws()
        endpoint = await aws.start()
        parts.push_async_callback(aws.stop)
        # Lambda and Fargate hand functions and workers their environment; here it is this one.
        changed = aws_environment(os.environ, endpoint)
        os.environ.clear()
        os.environ.update(changed)
        deployment = await asyncio.to_thread(deploy, endpoint, settings)
        os.environ.update(deployment.environment)
        services = await parts.enter_async_context(asyncio.TaskGroup())
        children = await parts.enter_async_context(asyncio.TaskGroup())
        children.create_task(Child("media worker", "media_workers", say).keep_running())
        plane = None
        if settings.captions:
            tls = parts.enter_context(TemporaryDirectory())
            plane = caption_plane(os.environ, Path(tls), say)
        if plane is not None:
            services.create_task(plane.transcribe.keep_running())
            children.create_task(plane.worker.keep_running())
        lambdas = Lambdas()
        parts.callback(lambdas.stop)
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
        front = Front(gateway, Pages(), identity_routes(Identity(deployment, gateway)))
        await front.start(listening)
        parts.push_async_callback(front.stop)
        await worker_reported()
        if settings.demo:
            os.environ["STOA_URL"] = url
            os.environ["STOA_CAPTIONS"] = "on" if plane else "off"
            children.create_task(Child("demo room", "local.demo", say).keep_running())
            with suppress(TimeoutError):
                await demo_is_live(gateway)
        say(f"Stoa is ready at {url}")
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


async def worker_reported() -> None:
    """Returns once a media worker would take a room."""
    fleet = Fleet(Database(PREFIX).table(WORKERS))
    while True:
        workers = await asyncio.to_thread(fleet.list)
        if any(worker.has_room(utc_now()) for worker in workers):
            return
        await asyncio.sleep(LOOK_EVERY)
