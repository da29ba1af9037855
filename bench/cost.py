"""What a listener costs: the real media worker, all in, beside the kernel's floor and others.

    python bench/cost.py [--listeners 100 200 500 1000 3000] [--seconds 8] [--elsewhere]
                         [--aiortc 20 50] [--janus 50 100]
                         [--ptime 20 40 60] [--ptime-listeners 1000]
                         [--only stoa aiortc janus ptime]

CPU microseconds for each packet that is delivered, and for how many listeners one core would do at
50 packets a second. The floor is `sendmmsg` of ready-made packets to the same sockets, beside the
same listeners, while nobody talks. All in is the process `python -m media_workers` with everything
that it does: one speaker who talks all the time, encoding, SRTP with keys from DTLS, a consent
check every 2.5 s and a receiver report every 5 s from each listener, sender reports, its calls to
the cloud. The listeners are real clients in other processes; sound ends in their sockets' filters,
for they would be other machines.

Up to those filters it is the sender who pays. With `--elsewhere` he pays for sending alone: all of
it runs in a network of its own, which ends where a network card would take the packet
(`support/elsewhere.py`). It takes Linux with iproute2, and root or user namespaces.

Stock servers are measured with as many listeners as they bear. Janus' AudioBridge sends plain RTP,
which spares it ICE, DTLS and SRTP.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

import fanout
from support.crowd import Crowd
from support.elsewhere import go_elsewhere
from support.janus import audio_bridge
from support.rig import Span, rig
from support.stock import stock

if TYPE_CHECKING:
    from media_workers.transport.mmsg import Address

PACKETS_A_SECOND = 50
PARTS = ("stoa", "aiortc", "janus", "ptime")
COLUMNS = "{:<34}{:>9}{:>11}{:>14}{:>9}{:>10}{:>8}"


def row(name: str, listeners: int, each: float, *, floor: float = 0.0, ticks: str = " ") -> None:
    """One line of the table. `each`: CPU seconds a packet."""
    ratio = f"{each / floor:.2f}" if floor else ""
    core = f"{1 / (PACKETS_A_SECOND * each):.0f}"
    values = (name, listeners, f"{each * 1e6:.2f}", core, ratio, *ticks.split(" "))
    print(COLUMNS.format(*values), flush=True)


def within(seconds: float) -> str:
    """A bound of the histogram."""
    return f"<{seconds * 1e3:.0f}" if seconds < 1 else ">50"


def beside_the_floor(counts: list[int], seconds: float) -> dict[int, float]:
    """One room, which grows: the floor beside its listeners while nobody talks, then the worker.

    The worker's CPU seconds a packet, by how many listened.
    """
    ours = {}
    with rig() as worker, fanout.source() as source:
        speaker, *listeners = worker.open_room("room_1", listeners=max(counts))
        stage, crowd = Crowd(), Crowd()
        stage.join([speaker], speak=True)
        addresses: list[Address] = []
        for count in counts:
            addresses += crowd.join(listeners[len(addresses) : count])
            worker.settle("room_1", count + 1)
            stage.hush(quiet=True)
            floor = fanout.floor(source, addresses, seconds / 2)
            row("sendmmsg, nothing else (the floor)", count, floor)
            stage.hush(quiet=False)
            span = worker.watch(seconds)
            ticks = f"{within(span.tick_within(0.99))} {within(span.tick_within(1.0))}"
            if span.packets < 0.98 * PACKETS_A_SECOND * count * span.seconds:
                print(f"not all was sent: {span.packets:.0f} packets in {span.seconds:.1f} s")
            ours[count] = span.cpu / span.packets
            row("Stoa, all in", count, ours[count], floor=floor, ticks=ticks)
        heard = crowd.leave()
        stage.leave()
    if heard < 0.98 * PACKETS_A_SECOND:
        print(f"of {PACKETS_A_SECOND} packets a second a listener got only {heard:.0f}")
    return ours


def stock_aiortc(counts: list[int], seconds: float) -> None:
    """As it comes, and with what it could share shared."""
    for shared in (False, True):
        for count in counts:
            name = "aiortc, one packet for all" if shared else "aiortc, MediaRelay"
            row(name, count, stock(count, seconds, shared=shared))


def stock_janus(counts: list[int], seconds: float, ours: dict[int, float]) -> None:
    """Where it is installed; what it takes for a packet beside what ours does.

    It encodes for each listener by himself, so its packets cost the same however many there are.
    """
    measured = None
    for count in counts:
        measured = audio_bridge(count, seconds)
        if measured is None:
            print("Janus AudioBridge: no `janus` is installed here.")
            return
        row("Janus AudioBridge, 48 kHz", count, measured)
    for count, each in ours.items() if measured else ():
        print(f"{measured / each:>6.1f} times the CPU of a packet of ours, of which {count} listen")


def longer_packets(count: int, ptimes: list[int], seconds: float) -> None:
    """A worker for each packet time: what a listener costs in it, in a second."""
    print(f"\n{count} listeners by the packet time that they asked for (a=ptime)")
    print("ptime   packets/s   us a packet   us a listener and second   a core for")
    for ptime in ptimes:
        with rig() as worker:
            speaker, *listeners = worker.open_room("room_1", listeners=count)
            stage, crowd = Crowd(), Crowd()
            stage.join([speaker], speak=True)
            crowd.join(listeners, ptime=ptime)
            worker.settle("room_1", count + 1)
            span = worker.watch(seconds)
            crowd.leave()
            stage.leave()
        print(_by_listener(ptime, count, span), flush=True)


def _by_listener(ptime: int, count: int, span: Span) -> str:
    a_second = span.cpu / span.seconds / count
    return (
        f"{ptime:>5} {span.packets / span.seconds / count:>11.1f}"
        f" {1e6 * span.cpu / span.packets:>13.2f} {1e6 * a_second:>26.0f} {1 / a_second:>12.0f}"
    )


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, nargs="+", default=[100, 200, 500, 1000, 3000])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--ptime", type=int, nargs="*", default=[20, 40, 60])
    parser.add_argument("--ptime-listeners", type=int, default=1000)
    parser.add_argument("--aiortc", type=int, nargs="*", default=[20, 50])
    parser.add_argument("--janus", type=int, nargs="*", default=[50, 100])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--elsewhere", action="store_true", help="receiving is not paid for here")
    options = parser.parse_args()
    if options.elsewhere:
        go_elsewhere()
    print(COLUMNS.format("", "listeners", "us/packet", "a core for", "floors", "p99 ms", "worst"))
    ours = {}
    if "stoa" in options.only:
        ours = beside_the_floor(sorted(options.listeners), options.seconds)
    if "aiortc" in options.only:
        stock_aiortc(options.aiortc, options.seconds)
    if "janus" in options.only:
        stock_janus(options.janus, options.seconds, ours)
    if "ptime" in options.only and options.ptime:
        longer_packets(options.ptime_listeners, options.ptime, options.seconds)


if __name__ == "__main__":
    main()
