"""HTTP/2 over TLS as Transcribe speaks it: one stream a connection, headers before audio."""

import asyncio
import json
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions

from local.transcribe.certificate import Certificate
from local.transcribe.faults import Fault, Kind
from local.transcribe.stream import Accepted, RequestFailed, Service, Stream, accept

_log = logging.getLogger(__name__)

MAX_CONNECTIONS = 200
OUTRIGHT = {
    Kind.REFUSE: RequestFailed(400, "BadRequestException", "Refused on purpose."),
    Kind.THROTTLE: RequestFailed(429, "LimitExceededException", "Throttled on purpose."),
}


class Server:
    """The stand-in, from `start` to `stop`. `opened` counts streams that were accepted."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.opened = 0
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self, sock: socket.socket, context: ssl.SSLContext) -> str:
        """Listen on a bound socket; the endpoint's URL."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), sock=sock, ssl=context)
        return f"https://localhost:{sock.getsockname()[1]}"

    async def stop(self) -> None:
        """Close the port and what goes through it."""
        if self._server is not None:
            self._server.close()
        tasks = [task for it in list(self._connections) if (task := it.abort()) is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def live(self) -> int:
        """Streams that are open now."""
        return sum(connection.streaming for connection in self._connections)

    def joined(self, connection: "Connection") -> bool:
        """A new connection; False if there are too many."""
        self._connections.add(connection)
        return len(self._connections) <= MAX_CONNECTIONS

    def left(self, connection: "Connection") -> None:
        """A connection is gone."""
        self._connections.discard(connection)


@asynccontextmanager
async def running(
    service: Service, certificate: Certificate, sock: socket.socket
) -> AsyncIterator[tuple[Server, str]]:
    """The stand-in and its URL, for as long as the block lasts."""
    server = Server(service)
    url = await server.start(sock, certificate.server_context())
    try:
        yield server, url
    finally:
        await server.stop()


class Connection(asyncio.Protocol):
    """One client. A second request on it fails: Transcribe takes one stream a session."""

    def __init__(self, server: Server) -> None:
        self._server = server
        config = h2.config.H2Configuration(client_side=False, header_encoding="utf-8")
        self._h2 = h2.connection.H2Connection(config)
        self._transport: asyncio.Transport | None = None
        self._stream: Stream | None = None
        self._stream_id = 0
        self._task: asyncio.Task[None] | None = None
        self._window = asyncio.Event()

    @property
    def streaming(self) -> bool:
        """Whether a stream is open on it."""
        return self._task is not None and not self._task.done()

    def abort(self) -> asyncio.Task[None] | None:
        """Drop it at once; what still runs for it."""
        if self._task is not None:
            self._task.cancel()
        if self._transport is not None:
            self._transport.abort()
        return self._task

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio.Protocol."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream, says create_server
        self._transport = transport
        if not self._server.joined(self):
            transport.abort()
            return
        self._h2.initiate_connection()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """As asyncio.Protocol."""
        self._server.left(self)
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """As asyncio.Protocol."""
        try:
            events = self._h2.receive_data(data)
        except h2.exceptions.ProtocolError:
            self._flush()
            self._close()
            return
        for event in events:
            self._handle(event)
        self._flush()

    def _handle(self, event: h2.events.Event) -> None:
        match event:
            case h2.events.RequestReceived(stream_id=stream_id, headers=headers):
                fields = {str(name): str(value) for name, value in headers or []}
                self._open(stream_id or 0, fields)
            case h2.events.DataReceived(stream_id=stream_id, data=data):
                overhead = (event.flow_controlled_length or 0) - len(data or b"")
                if self._stream is not None and stream_id == self._stream_id and data:
                    self._stream.feed(data)
                    self._acknowledge(stream_id, overhead)
                else:
                    self._acknowledge(stream_id or 0, event.flow_controlled_length or 0)
            case h2.events.StreamEnded(stream_id=stream_id):
                if self._stream is not None and stream_id == self._stream_id:
                    self._stream.feed(b"")
            case h2.events.StreamReset(stream_id=stream_id):
                if self._task is not None and stream_id == self._stream_id:
                    self._task.cancel()
            case h2.events.WindowUpdated():
                self._window.set()
            case h2.events.ConnectionTerminated():
                self._close()

    def _open(self, stream_id: int, headers: dict[str, str]) -> None:
        service = self._server.service
        fault = service.faults.next()
        if fault is not None and fault.kind is Kind.UNANSWERED:
            self.fail(Kind.DROP)
            return
        try:
            accepted = self._admit(stream_id, headers, fault)
        except RequestFailed as error:
            self._refuse(stream_id, error)
            return
        # The client hands out its stream only when these have arrived, so audio comes after.
        self._h2.send_headers(stream_id, [(":status", str(HTTPStatus.OK.value)), *accepted.answer])
        self._server.opened += 1
        self._stream = Stream(accepted, service, fault)
        self._task = asyncio.get_running_loop().create_task(self._run(self._stream))

    def _admit(self, stream_id: int, headers: dict[str, str], fault: Fault | None) -> Accepted:
        if self._stream_id:
            raise RequestFailed(400, "BadRequestException", "One stream per HTTP/2 session.")
        self._stream_id = stream_id
        if fault is not None and fault.kind in OUTRIGHT:
            raise OUTRIGHT[fault.kind]
        if self._server.live >= self._server.service.max_streams:
            raise RequestFailed(429, "LimitExceededException", "Too many streams.")
        return accept(headers, self._server.service)

    async def _run(self, stream: Stream) -> None:
        try:
            await stream.run(self)
        except Exception:  # noqa: BLE001 - a recogniser that breaks ends its own stream only
            _log.exception("stream.failed")
            self.fail(Kind.RESET)
        with suppress(h2.exceptions.ProtocolError):
            self._h2.end_stream(self._stream_id)
        self._flush()

    async def send(self, data: bytes) -> None:
        """As Output.send."""
        while data:
            window = self._h2.local_flow_control_window(self._stream_id)
            size = min(len(data), window, self._h2.max_outbound_frame_size)
            if size <= 0:
                self._window.clear()
                await self._window.wait()
                continue
            self._h2.send_data(self._stream_id, data[:size])
            data = data[size:]
            self._flush()

    def consumed(self, size: int) -> None:
        """As Output.consumed."""
        self._acknowledge(self._stream_id, size)
        self._flush()

    def fail(self, kind: Kind) -> None:
        """As Output.fail."""
        if kind is Kind.RESET:
            self._h2.reset_stream(self._stream_id, h2.errors.ErrorCodes.INTERNAL_ERROR)
            self._flush()
        elif kind is Kind.GO_AWAY:
            self._h2.close_connection(h2.errors.ErrorCodes.INTERNAL_ERROR)
            self._flush()
            self._close()
        elif self._transport is not None:
            self._transport.abort()

    def _refuse(self, stream_id: int, error: RequestFailed) -> None:
        body = json.dumps({"Message": str(error)}).encode()
        headers = [
            (":status", str(error.status)),
            ("x-amzn-errortype", error.code),
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
        ]
        self._h2.send_headers(stream_id, headers)
        self._h2.send_data(stream_id, body, end_stream=True)
        self._flush()

    def _acknowledge(self, stream_id: int, size: int) -> None:
        if size:
            with suppress(h2.exceptions.ProtocolError):
                self._h2.acknowledge_received_data(size, stream_id)

    def _flush(self) -> None:
        if self._transport is not None and (data := self._h2.data_to_send()):
            self._transport.write(data)

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()
