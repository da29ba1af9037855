"""One process of the audio plane: its socket, its rooms, its place in the fleet, its end."""

import asyncio
import logging
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime

from core.admission import Admissions
from core.captions import CaptionFleet
from core.clock import utc_now
from core.dynamo import Database
from core.placement import HEARTBEAT_LASTS, Fleet, Placement
from core.placement import Worker as WorkerRecord
from core.roster import Roster
from core.tables import ROOMS, WORKERS
from media_workers import metrics
from media_workers.adoption import Adoption
from media_workers.attendance_book import AttendanceBook
from media_workers.caption_link import CaptionPlane
from media_workers.cloud import CLOUD_ERRORS, Cloud
from media_workers.commands import CommandQueue, Listener
from media_workers.config import Config
from media_workers.control import Control, Server
from media_workers.crew import Crew
from media_workers.farewells import Farewells
from media_workers.gear import Gear
from media_workers.heartbeat import Heartbeat
from media_workers.metrics import Durations, Metric
from media_workers.peer import Peer
from media_workers.peer_listener import PeerListener
from media_workers.sessions import Sessions
from media_workers.sound import Sound
from media_workers.ticker import Ticker
from media_workers.transport import bpf
from media_workers.transport.dtls import Certificate
from media_workers.transport.edge import Edge
from media_workers.transport.sdp import Offer

SOCKET_BUFFER = 8 * 1024 * 1024
"""Bytes: a tick's packets to thousands of listeners are handed to the kernel at once."""

CONSENT_SECONDS = 12.0
"""A browser checks every 2.5 s; with the grace of a member, 14 s until a closed tab is gone."""

HAND_BACK_SECONDS = 60.0
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
        utc: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        now = monotonic()
        self._config = config
        self._queue = queue
        self._utc = utc
        self._monotonic = monotonic
        self._crew = Crew()
        self._cloud = Cloud()
        self._farewells = Farewells()
        self._certificate = Certificate.generate()
        self._socket = open_socket(config.media_bind, config.media_port)
        self.media_port: int = self._socket.getsockname()[1]
        self.edge = Edge(self._socket, advertised_address=(config.media_address, self.media_port))
        workers = database.table(WORKERS)
        fleet = Fleet(workers)
        self._captions = CaptionPlane(CaptionFleet(workers), self._cloud, utc)
        self._attendance = AttendanceBook(
            Admissions(database), cloud=self._cloud, crew=self._crew, utc=utc
        )
        placement = Placement(database.table(ROOMS), fleet)
        gear = Gear(
            open_peer=self._open_peer,
            open_sound=lambda: Sound(self._socket.fileno()),
            roster=Roster(database),
            cloud=self._cloud,
            crew=self._crew,
            farewells=self._farewells,
            attendance=self._attendance,
            captions=self._captions,
            utc=utc,
        )
        self.sessions = Sessions(config.worker_id, placement, gear, now)
        self._heartbeat = Heartbeat(
            fleet, self._describe, doubted=self.sessions.check_leases, utc=utc
        )
        self.adoption = Adoption(
            config.worker_id, placement, self.sessions, cloud=self._cloud, utc=utc
        )
        control = Control(
            self.sessions,
            capacity=config.capacity,
            secrets=config.room_secrets,
            metrics=self._metrics,
            utc=utc,
            monotonic=monotonic,
        )
        self._server = Server(
            control.application(), host=config.control_bind, port=config.control_port
        )
        self._listener: Listener | None = None
        self.ticker = Ticker()
        self._durations = Durations()

    @property
    def control_url(self) -> str:
        """Where doors reach this worker."""
        host = self._config.control_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self._server.port}"

    async def run(self, stop: asyncio.Event, started: asyncio.Event | None = None) -> None:
        """Serve until `stop` is set, then drain. Sets `started` once the fleet knows of us."""
        self._listener = Listener(self._queue, self.sessions.apply)
        try:
            await self._cloud.call(self._queue.create)
            await self._server.start()
            self._listener.start()
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
            self.edge.poll(now)
            self.sessions.tick(now, self._utc().timestamp(), given_up=given_up)
            self._farewells.tick(now)
            self._durations.add(self._monotonic() - now)

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
        self.sessions.end_all()
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self._farewells.over()
                await self._attendance.written()

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
        self, *, peer_id: str, account_id: str, offer: Offer, listener: PeerListener, now: float
    ) -> Peer:
        peer = Peer(
            peer_id=peer_id,
            account_id=account_id,
            offer=offer,
            edge=self.edge,
            certificate=self._certificate,
            listener=listener,
            now=now,
            consent_seconds=CONSENT_SECONDS,
        )
        self._crew.spawn(peer.run(), f"peer {peer_id}")
        return peer

    def _describe(self) -> WorkerRecord:
        return WorkerRecord(
            worker_id=self._config.worker_id,
            control_url=self.control_url,
            queue_url=self._queue.url,
            capacity=self._config.capacity,
            load=self.sessions.peers,
            draining=self.sessions.draining,
            until=self._utc() + HEARTBEAT_LASTS,
        )

    def _metrics(self) -> str:
        lines = [*metrics.render(self._measure())]
        lines += self._durations.lines("stoa_tick_seconds", "How long a tick's work takes")
        return "\n".join(lines) + "\n"

    def _measure(self) -> Iterator[Metric]:
        sound = self.sessions.counters + sum(
            (session.counters for session in self.sessions), Counter()
        )
        unsent = sum((session.outbox.dropped for session in self.sessions), Counter())
        yield metrics.gauge("stoa_sessions", "Rooms that run here", len(self.sessions))
        yield metrics.gauge("stoa_peers", "Connections, pending ones too", self.sessions.peers)
        yield metrics.gauge("stoa_capacity", "Peers that this worker takes", self._config.capacity)
        yield metrics.gauge("stoa_draining", "1 when shutting down", self.sessions.draining)
        yield metrics.counter("stoa_ticks_late", "Slots begun late", self.ticker.late)
        yield metrics.counter("stoa_ticks_given_up", "Slots lost", self.ticker.given_up)
        yield metrics.counter("stoa_heartbeat_gaps", "Times thought dead", self._heartbeat.gaps)
        yield metrics.counter("stoa_tasks_failed", "Bugs in tasks", self._crew.failures)
        yield metrics.counters("stoa_sound", "Frames and packets", "what", sound)
        yield metrics.counters("stoa_events_dropped", "Not told to all", "type", unsent)
        yield metrics.counters("stoa_edge", "Datagrams, by fate", "fate", self.edge.counters)
        yield metrics.counters("stoa_cloud_failures", "By error", "error", self._cloud.failures)
        unkept = self._attendance.dropped
        yield metrics.counter("stoa_attendance_dropped_seconds", "Of ticket holders", unkept)
        links = self._captions.counters
        yield metrics.counters("stoa_caption_links", "To caption workers", "what", links)
        if self._listener is not None:
            yield metrics.counters("stoa_commands", "By type", "type", self._listener.counters)


def open_socket(host: str, port: int) -> socket.socket:
    """The UDP socket for everything, filtered in the kernel where the system can do that."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
        bpf.attach(sock)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock
