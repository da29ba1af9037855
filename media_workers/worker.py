"""One process of the audio plane: its socket, its rooms, its place in the fleet, its end."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial

from core.admission import Admissions
from core.captions import CaptionFleet
from core.clock import utc_now
from core.dynamo import Database
from core.health import answers
from core.placement import HEARTBEAT_LASTS, Fleet, Placement
from core.placement import Worker as WorkerRecord
from core.roster import Roster
from core.tables import WORKERS
from core.tokens import sign_pass
from media_workers.captioning.link import CaptionPlane
from media_workers.config import Config
from media_workers.control.routes import Control
from media_workers.control.server import Server
from media_workers.fleet.adoption import Adoption
from media_workers.fleet.commands import CommandQueue, Listener
from media_workers.fleet.fence import Fence, boot_clock
from media_workers.fleet.heartbeat import Heartbeat
from media_workers.fleet.protection import Protection, Task
from media_workers.metrics.measures import Measures
from media_workers.metrics.report import Report
from media_workers.peers.connections import Connections
from media_workers.peers.farewells import Farewells
from media_workers.peers.handover import Handover
from media_workers.peers.listener import PeerListener
from media_workers.peers.peer import Peer
from media_workers.process.cloud import CLOUD_ERRORS, Cloud
from media_workers.process.crew import Crew
from media_workers.process.meters import Meters
from media_workers.process.ticker import Ticker
from media_workers.rooms.attendance_book import AttendanceBook
from media_workers.rooms.gear import Gear
from media_workers.rooms.sessions import Sessions
from media_workers.rooms.sound import Sound
from media_workers.transport.dtls import Certificate
from media_workers.transport.edge import Edge
from media_workers.transport.sdp import Offer
from media_workers.transport.udp import open_socket

CONSENT_SECONDS = 12.0
"""A browser checks every 2.5 s; with the grace of a member, 14 s until a closed tab is gone."""

HAND_BACK_SECONDS = 40.0
HANDOVER_SECONDS = 25.0
FAREWELL_SECONDS = 20.0
CLOUD_SECONDS = 5.0
"""How long each part of the end may take: together less than the 110 s that we have."""

_log = logging.getLogger(__name__)


class Worker:
    """Built, then `run` until told to stop."""

    def __init__(
        self,
        config: Config,
        *,
        database: Database,
        queue: CommandQueue,
        task: Task | None = None,
        utc: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        boot_time: Callable[[], float] = boot_clock,
    ) -> None:
        now = monotonic()
        self._config = config
        self._queue = queue
        self._task = task
        self._utc = utc
        self._monotonic = monotonic
        self._boot_time = boot_time
        self._fence = Fence(boot_time())
        self._crew = Crew()
        self._meters = Meters()
        self._connections = Connections()
        self._cloud = Cloud()
        self._farewells = Farewells()
        self._handover = Handover()
        self._certificate = Certificate.generate()
        self._socket = open_socket(config.media_bind, config.media_port)
        self.media_port: int = self._socket.getsockname()[1]
        self.edge = Edge(self._socket, advertised_address=(config.media_address, self.media_port))
        workers = database.table(WORKERS)
        self._fleet = fleet = Fleet(workers)
        self._captions = CaptionPlane(CaptionFleet(workers), self._cloud, utc)
        self._attendance = AttendanceBook(
            Admissions(database), cloud=self._cloud, crew=self._crew, utc=utc
        )
        placement = Placement(database)
        gear = Gear(
            open_peer=self._open_peer,
            open_sound=lambda profile: Sound(self._socket.fileno(), profile),
            roster=Roster(database),
            cloud=self._cloud,
            crew=self._crew,
            farewells=self._farewells,
            attendance=self._attendance,
            captions=self._captions,
            sign_pass=partial(sign_pass, secrets=config.room_secrets),
            utc=utc,
            meters=self._meters,
        )
        self.sessions = Sessions(config.worker_id, placement, gear, now)
        self._heartbeat = Heartbeat(
            fleet,
            self._describe,
            reported=self._fence.reported,
            doubted=self._look_whose_rooms,
            clock=boot_time,
        )
        self.adoption = Adoption(
            config.worker_id, placement, self.sessions, answers=answers, cloud=self._cloud, utc=utc
        )
        control = Control(
            self.sessions,
            worker_id=config.worker_id,
            capacity=config.capacity,
            secrets=config.room_secrets,
            registry=self._meters.registry,
            utc=utc,
            monotonic=monotonic,
        )
        self._server = Server(
            control.application(), host=config.control_bind, port=config.control_port
        )
        self._listener: Listener | None = None
        self.ticker = Ticker()

    @property
    def control_url(self) -> str:
        """Where doors reach this worker."""
        host = self._config.control_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self._server.port}"

    async def run(self, stop: asyncio.Event, started: asyncio.Event | None = None) -> None:
        """Serve until `stop` is set, then drain. Sets `started` once the fleet knows of us."""
        self._listener = Listener(self._queue, self.sessions.apply)
        self._meters.registry.register(self._measures(self._listener))
        try:
            await self._cloud.call(self._queue.create)
            await self._server.start()
            self._listener.start()
            self._crew.spawn(Report(self._meters.registry).run(), "report")
            if self._task is not None:
                protection = Protection(
                    self._task, busy=lambda: len(self.sessions) > 0, cloud=self._cloud
                )
                self._crew.spawn(protection.run(), "protection")
            async with asyncio.TaskGroup() as group:
                ticking = group.create_task(self._tick())
                beating = group.create_task(self._heartbeat.run())
                adopting = group.create_task(self.adoption.run())
                await self._heartbeat.beat()
                _log.info(
                    "worker.started worker_id=%s media_port=%d control_url=%s",
                    self._config.worker_id,
                    self.media_port,
                    self.control_url,
                )
                if started is not None:
                    started.set()
                await stop.wait()
                adopting.cancel()
                await self._drain()
                beating.cancel()
                ticking.cancel()
        finally:
            await self._close()

    async def _tick(self) -> None:
        self.ticker.start(self._monotonic())
        while True:
            await asyncio.sleep(self.ticker.wait(self._monotonic()))
            now = self._monotonic()
            given_up = self.ticker.advance(now)
            if self._fence.woke(self._boot_time()):
                self._heartbeat.doubt()
            self.edge.poll(now)
            if self._fence.closed:
                self.sessions.hold(now, given_up=given_up)
            else:
                self.sessions.tick(now, self._utc().timestamp(), given_up=given_up)
            self._farewells.tick(now)
            self._handover.tick(now)
            self._meters.tick.observe(self._monotonic() - now)

    async def _look_whose_rooms(self) -> None:
        sleeps = self._fence.sleeps
        await self.sessions.check_leases()
        self._fence.open(sleeps)

    async def _drain(self) -> None:
        """Refuse what is new, hand the rooms back, send the people to where they go on."""
        self.sessions.draining = True
        _log.info("worker.draining worker_id=%s", self._config.worker_id)
        with suppress(TimeoutError, *CLOUD_ERRORS):
            async with asyncio.timeout(CLOUD_SECONDS):
                await self._heartbeat.beat()
        with suppress(TimeoutError):
            async with asyncio.timeout(HAND_BACK_SECONDS):
                await self.sessions.drain()
        if await self._others_have_room():
            self.sessions.move(self._handover)
            with suppress(TimeoutError):
                async with asyncio.timeout(HANDOVER_SECONDS):
                    await self._handover.over()
        self.sessions.end_all()
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self._farewells.over()
                await self._attendance.written()

    async def _others_have_room(self) -> bool:
        with suppress(TimeoutError, *CLOUD_ERRORS):
            async with asyncio.timeout(CLOUD_SECONDS):
                workers = await self._cloud.call(self._fleet.list)
                return any(worker.has_room(self._utc()) for worker in workers)
        return False

    async def _close(self) -> None:
        if self._listener is not None:
            self._listener.stop()
        await self._server.stop()
        await self._crew.dismiss()
        await self._captions.close()
        for farewell in (
            self._heartbeat.stop(self._config.worker_id),
            self._cloud.call(self._queue.remove),
        ):
            with suppress(TimeoutError, *CLOUD_ERRORS):
                async with asyncio.timeout(CLOUD_SECONDS):
                    await farewell
        self._cloud.close()
        self._socket.close()
        _log.info("worker.stopped worker_id=%s", self._config.worker_id)

    def _open_peer(
        self,
        *,
        peer_id: str,
        account_id: str,
        offer: Offer,
        listener: PeerListener,
        now: float,
        stereo: bool,
    ) -> Peer:
        peer = Peer(
            peer_id=peer_id,
            account_id=account_id,
            offer=offer,
            edge=self.edge,
            certificate=self._certificate,
            listener=listener,
            now=now,
            stereo=stereo,
            consent_seconds=CONSENT_SECONDS,
        )
        self._crew.spawn(self._connections.live(peer), f"peer {peer_id}")
        return peer

    def _describe(self) -> WorkerRecord:
        return WorkerRecord(
            worker_id=self._config.worker_id,
            control_url=self.control_url,
            queue_url=self._queue.url,
            capacity=self._config.capacity,
            # So many rooms are too many, however few are in them.
            load=self._config.capacity if self.sessions.full else self.sessions.peers,
            draining=self.sessions.draining,
            until=self._utc() + HEARTBEAT_LASTS,
        )

    def _measures(self, commands: Listener) -> Measures:
        return Measures(
            capacity=self._config.capacity,
            sessions=self.sessions,
            connections=self._connections,
            edge=self.edge,
            ticker=self.ticker,
            heartbeat=self._heartbeat,
            cloud=self._cloud,
            crew=self._crew,
            attendance=self._attendance,
            captions=self._captions,
            commands=commands,
        )
