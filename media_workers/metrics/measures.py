"""What a worker measures, for Prometheus to collect.

Names keep to Prometheus' conventions: base units, `_total` for what only grows, and labels only for
what has few values: never a room or an account. CPU per packet is
`rate(process_cpu_seconds_total[5m]) / rate(stoa_packets_sent_total[5m])`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from media_workers.captioning.link import CaptionPlane
from media_workers.fleet.commands import Listener
from media_workers.fleet.heartbeat import Heartbeat
from media_workers.peers.connections import Connections
from media_workers.process.cloud import Cloud
from media_workers.process.crew import Crew
from media_workers.process.ticker import Ticker
from media_workers.rooms.attendance_book import AttendanceBook
from media_workers.rooms.sessions import Sessions
from media_workers.transport.edge import Edge


@dataclass(frozen=True, eq=False, kw_only=True)
class Measures(Collector):
    """What a worker's parts count by themselves, read when Prometheus asks."""

    capacity: int
    sessions: Sessions
    connections: Connections
    edge: Edge
    ticker: Ticker
    heartbeat: Heartbeat
    cloud: Cloud
    crew: Crew
    attendance: AttendanceBook
    captions: CaptionPlane
    commands: Listener

    def collect(self) -> Iterator[Metric]:
        """Every metric that is no histogram."""
        counted = self.sessions.counters + sum(
            (session.counters for session in self.sessions), Counter()
        )
        yield from self._load()
        yield from self._connections()
        yield from self._sound(counted)
        yield from self._words(counted)
        yield from self._cloud()

    def _load(self) -> Iterator[Metric]:
        yield gauge("stoa_rooms", "Rooms that run here", len(self.sessions))
        yield gauge("stoa_peers", "Connections, pending ones too", self.sessions.peers)
        yield gauge("stoa_peers_limit", "Peers that this worker takes", self.capacity)
        yield gauge("stoa_draining", "1 when shutting down", self.sessions.draining)
        yield counter("stoa_ticks_late", "Slots of 20 ms begun late", self.ticker.late)
        yield counter("stoa_ticks_given_up", "Slots of 20 ms lost", self.ticker.given_up)
        yield counter("stoa_tasks_failed", "Bugs in background tasks", self.crew.failures)
        failed = self.sessions.counters["failed"]
        yield counter("stoa_rooms_failed", "Rooms that a bug has ended", failed)

    def _connections(self) -> Iterator[Metric]:
        known = self.connections
        dropped = Counter(self.edge.counters)
        checks = dropped.pop("checks", 0)
        yield counter("stoa_stun_checks", "Connectivity checks answered", checks)
        yield counters("stoa_datagrams_dropped", "At the socket, by reason", "reason", dropped)
        yield counters("stoa_peer_dropped", "By a connection", "reason", known.dropped())
        yield gauge("stoa_handshakes_pending", "Peers that are not connected yet", known.pending)
        done = known.handshakes()
        yield counters("stoa_handshakes", "Handshakes, by how they ended", "outcome", done)
        yield counters("stoa_peers_closed", "Connections ended", "reason", known.closed)

    def _sound(self, counted: Counter[str]) -> Iterator[Metric]:
        sounds = [session.sound for session in self.sessions]
        hearers, voices = sum(sound.hearers for sound in sounds), [s.voices for s in sounds]
        yield gauge("stoa_hearers", "Peers that sound is sent to", hearers)
        yield gauge("stoa_voices", "Speakers who are let in", sum(map(len, voices)))
        yield counter("stoa_packets_sent", "Packets of sound, to all hearers", counted["packets"])
        unsent = starting(counted, "unsent_")
        yield counters("stoa_packets_unsent", "Packets of sound", "reason", unsent)
        encoded = {"everyone": counted["encoded"], "speaker": counted["encoded_for_one"]}
        yield counters("stoa_encodes", "Frames encoded, by whom for", "listener", encoded)
        red = counted["voice_red"]
        frames = {kind: counted[f"voice_{kind}"] for kind in ("real", "concealed", "silent")}
        frames |= {"fec": counted["voice_recovered"] - red, "red": red}
        yield counters("stoa_voice_frames", "Speakers' frames, by origin", "origin", frames)
        expected, lost = counted["voice_expected"], counted["voice_lost"]
        yield counter("stoa_uplink_packets_expected", "Packets that speakers sent", expected)
        yield counter("stoa_uplink_packets_lost", "Those of them that did not come", lost)
        dropped = starting(counted, "voice_dropped_") | {"shut_out": counted["shut_out"]}
        yield counters("stoa_voice_packets_dropped", "From speakers", "reason", dropped)
        decoders = counted["voice_decoder_failed"]
        yield counter("stoa_decoders_failed", "Decoders that had to be replaced", decoders)
        delays = [delay for sound in sounds for delay in sound.delays] or [0.0]
        mean = sum(delays) / len(delays)
        yield gauge("stoa_jitter_buffer_delay_mean_seconds", "Over all speakers", mean)
        yield gauge("stoa_jitter_buffer_delay_max_seconds", "Over all speakers", max(delays))

    def _words(self, counted: Counter[str]) -> Iterator[Metric]:
        untold = starting(counted, "untold_")
        yield counters("stoa_events_dropped", "Not told to all of a room", "type", untold)
        backlog = sum(session.captions.backlog_seconds for session in self.sessions)
        yield gauge("stoa_caption_backlog_seconds", "Speech no caption worker has", backlog)
        lost = starting(counted, "caption_")
        yield counters("stoa_caption_frames_lost", "20 ms of speech each", "reason", lost)
        links = self.captions.counters
        yield counters("stoa_caption_links", "To caption workers", "outcome", links)

    def _cloud(self) -> Iterator[Metric]:
        failures = self.cloud.failures + self.heartbeat.failures
        yield counters("stoa_cloud_calls_failed", "Calls to AWS", "error", failures)
        yield counter("stoa_heartbeat_gaps", "Times this worker seemed dead", self.heartbeat.gaps)
        unkept = self.attendance.dropped
        yield counter("stoa_attendance_dropped_seconds", "Of ticket holders", unkept)
        yield counters("stoa_commands", "From the doors", "type", self.commands.counters)


def gauge(name: str, help_text: str, value: float) -> Metric:
    """A number that goes up and down."""
    return GaugeMetricFamily(name, help_text, value=value)


def counter(name: str, help_text: str, value: float) -> Metric:
    """A number that only grows; `_total` is added to its name."""
    return CounterMetricFamily(name, help_text, value=value)


def counters(name: str, help_text: str, label: str, values: Mapping[str, float]) -> Metric:
    """Numbers that only grow, told apart by a label."""
    family = CounterMetricFamily(name, help_text, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def starting(counted: Counter[str], prefix: str) -> dict[str, float]:
    """What is counted by names that start so, by the rest of the name."""
    return {
        name.removeprefix(prefix): count
        for name, count in counted.items()
        if name.startswith(prefix)
    }
