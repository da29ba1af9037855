"""`python -m infra.sizes`: what a cold start costs. Each function's zips, and the import of it.

Imported is what is deployed, on this machine, by new interpreters; the fastest of three counts.
boto3 is the runtime's own and is imported before; what that takes is said at the end.
"""

import compileall
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from functions.contract.placeholders import PLACEHOLDERS
from infra import bundle
from infra.functions import SOCKETS, Function, door, doors, events
from infra.layout import Layout

TIMED = """
from time import perf_counter
import importlib
begun = perf_counter()
import boto3
boto3.session
ready = perf_counter()
importlib.import_module({entry!r})
print((ready - begun) * 1000, (perf_counter() - ready) * 1000)
"""
TIMES = 3
# As in Lambda, whose runtime has some at hand: without, boto3 would ask the network for them.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "-", "AWS_SECRET_ACCESS_KEY": "-"}


def all_functions() -> Iterator[Function]:
    """Every function of the deployment."""
    yield from (door(each.app_name) for each in doors())
    yield SOCKETS
    yield from events().values()


def import_ms(layout: Layout, entry: str) -> tuple[float, float]:
    """Milliseconds for boto3, and for the entry point after it."""
    for place in layout.path_of(entry):
        compileall.compile_dir(place, quiet=2, workers=1)
    script = TIMED.format(entry=entry)
    runs = [layout.run(entry, script, env=PLACEHOLDERS | CREDENTIALS).split() for _ in range(TIMES)]
    return min(float(run[0]) for run in runs), min(float(run[1]) for run in runs)


def kilobytes(path: Path) -> int:
    """The size of a file."""
    return round(path.stat().st_size / 1000)


def main() -> None:
    """Print the tables."""
    print(f"{'layer':<22}{'kB':>8}")
    for name in bundle.LAYERS:
        print(f"{name:<22}{kilobytes(bundle.layer(name)):>8}")
    print(f"\n{'function':<22}{'kB':>8}{'with layers':>13}{'import ms':>11}  layers")
    boto3: list[float] = []
    with TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        for function in all_functions():
            layers = bundle.layers_of(function.entry)
            own = kilobytes(bundle.code(function.entry))
            whole = own + sum(kilobytes(bundle.layer(name)) for name in layers)
            before, took = import_ms(layout, function.entry)
            boto3.append(before)
            print(f"{function.name:<22}{own:>8}{whole:>13}{took:>11.0f}  {', '.join(layers)}")
    shipped = "shipped" if sys.version_info[:2] == bundle.RUNTIME else "made here, not shipped"
    version = ".".join(map(str, sys.version_info[:2]))
    print(f"\nPython {version}, bytecode {shipped}; boto3 alone takes {min(boto3):.0f} ms")


if __name__ == "__main__":
    main()
