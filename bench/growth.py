"""How the worker's CPU and memory grow: with listeners, speakers, rooms, and rooms without anybody.

    python bench/growth.py [--full] [--seconds 4] [--svg docs/images/growth.svg]

All in, as bench/cost.py: `python -m media_workers` with real clients in other processes. Each
series has a worker of its own; a straight line is fitted to it, and how well it fits is told. The
short run takes about 4 minutes, the full one 9.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from support.crowd import Crowd
from support.plot import Panel, svg
from support.rig import Rig, rig

from core.messages import Placed
from media_workers.rooms.slumber import DROWSY

LISTENERS_A_ROOM = 15


@dataclass(frozen=True, slots=True)
class Point:
    """Of so many: milliseconds of CPU a second, mebibytes, threads."""

    number: int
    cpu: float
    memory: float
    threads: int


class People:
    """Those who talk and those who only listen, in a process each."""

    def __init__(self, worker: Rig) -> None:
        self._worker = worker
        self.stage, self.crowd = Crowd(), Crowd()

    def fill(self, room_id: str, *, listeners: int, talks: bool) -> None:
        """A room of its own, with one speaker."""
        speaker, *others = self._worker.open_room(room_id, listeners=listeners)
        if talks:
            self.stage.join([speaker], speak=True)
        self.crowd.join(others)
        self._worker.settle(room_id, listeners + talks)


@contextmanager
def populated() -> Iterator[tuple[Rig, People]]:
    """A worker and its people."""
    with rig() as worker:
        people = People(worker)
        yield worker, people
        people.crowd.leave()
        people.stage.leave()


def measured(worker: Rig, number: int, seconds: float) -> Point:
    """The worker as it is."""
    span = worker.watch(seconds)
    return Point(number, 1e3 * span.cpu / span.seconds, worker.memory(), worker.threads())


def by_listeners(counts: list[int], seconds: float) -> Iterator[Point]:
    """One room with one who talks."""
    with populated() as (worker, people):
        speaker, *listeners = worker.open_room("room_1", listeners=max(counts))
        people.stage.join([speaker], speak=True)
        here = 0
        for count in counts:
            people.crowd.join(listeners[here:count])
            here = count
            worker.settle("room_1", count + 1)
            yield measured(worker, count, seconds)


def by_speakers(counts: list[int], seconds: float) -> Iterator[Point]:
    """One room with 15 listeners, in which all on the stage talk at once."""
    with populated() as (worker, people):
        doors = worker.open_room("room_1", speakers=max(counts), listeners=LISTENERS_A_ROOM)
        people.crowd.join(doors[max(counts) :])
        here = 0
        for count in counts:
            people.stage.join(doors[here:count], speak=True)
            here = count
            worker.settle("room_1", count + LISTENERS_A_ROOM)
            yield measured(worker, count, seconds)


def by_rooms(counts: list[int], seconds: float, *, talks: bool) -> Iterator[Point]:
    """Rooms of 15 listeners."""
    with populated() as (worker, people):
        here = 0
        for count in counts:
            for number in range(here, count):
                people.fill(f"room_{number}", listeners=LISTENERS_A_ROOM, talks=talks)
            here = count
            yield measured(worker, count, seconds)


def by_idle_rooms(counts: list[int], seconds: float) -> Iterator[Point]:
    """Rooms that are live, and nobody is there."""
    with rig() as worker:
        here = 0
        for count in counts:
            for number in range(here, count):
                worker.open_room(f"room_{number}", speakers=0, listeners=0)
                worker.command(Placed(room_id=f"room_{number}", term=1))
            here = count
            worker.until("stoa_rooms", count)
            time.sleep(DROWSY)
            yield measured(worker, count, seconds)


def line(xs: list[float], ys: list[float]) -> tuple[float, float, float]:
    """Slope, intercept and R squared of the straight line that fits best."""
    slope, intercept = np.polyfit(xs, ys, 1)
    rest = np.sum((np.array(ys) - slope * np.array(xs) - intercept) ** 2)
    spread = np.sum((np.array(ys) - np.mean(ys)) ** 2)
    return float(slope), float(intercept), float(1 - rest / spread) if spread else 1.0


def tell(title: str, what: str, points: Iterator[Point]) -> Panel:
    """A series as a table and its lines."""
    print(f"\n{title}\n{what:>9} {'CPU ms/s':>9} {'MiB':>7} {'threads':>8}", flush=True)
    seen = []
    for point in points:
        seen.append(point)
        print(
            f"{point.number:>9} {point.cpu:>9.1f} {point.memory:>7.1f} {point.threads:>8}",
            flush=True,
        )
    xs = [float(point.number) for point in seen]
    slope, intercept, fit = line(xs, [point.cpu for point in seen])
    print(f"CPU     {1e3 * slope:8.0f} us/s each + {intercept:.0f} ms/s   R2 {fit:.4f}")
    each, ground, fits = line(xs, [point.memory for point in seen])
    print(f"memory  {1024 * each:8.1f} KiB each + {ground:.0f} MiB   R2 {fits:.4f}", flush=True)
    ys = [point.cpu for point in seen]
    return Panel(title=title, label=what, xs=xs, ys=ys, slope=slope, intercept=intercept)


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args()
    full, seconds = options.full, options.seconds
    series: dict[str, Callable[[], Panel]] = {
        "listeners": lambda: tell(
            "Listeners of one room, one person talking",
            "listeners",
            by_listeners([100, 1000, 2000, 3000, 4000] if full else [100, 300, 600, 1000], seconds),
        ),
        "speakers": lambda: tell(
            "Speakers who all talk, 15 listeners",
            "speakers",
            by_speakers([1, 4, 7, 10, 13], seconds),
        ),
        "talking": lambda: tell(
            "Rooms of 15 listeners, one person talking in each",
            "rooms",
            by_rooms([1, 5, 10, 20] if full else [1, 4, 8], seconds, talks=True),
        ),
        "quiet": lambda: tell(
            "Rooms of 15 listeners, nobody talking",
            "rooms",
            by_rooms([1, 50, 100, 200] if full else [1, 15, 30], seconds, talks=False),
        ),
        "idle": lambda: tell(
            "Rooms without anybody",
            "rooms",
            by_idle_rooms([0, 250, 500, 1000] if full else [0, 100, 200], seconds),
        ),
    }
    panels = [draw() for name, draw in series.items() if name in (options.only or series)]
    if options.svg:
        options.svg.write_text(svg(panels, y_label="CPU, ms a second"))


if __name__ == "__main__":
    main()
