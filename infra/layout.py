"""A function's zips as Lambda lays them out, on this machine: to import and call what is deployed.

The same files are taken as for Lambda; what is compiled (pydantic's core, cryptography) is this
platform's. What the runtime brings is there beside them, and nothing else is.
"""

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

from infra import bundle
from infra.bundle import HOST

RUNTIME_HAS = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")


class Failed(Exception):
    """What the interpreter had to say."""


class Layout:
    """A folder with /var/task of each function, /opt of each layer, and the runtime's packages.

    Processes may share it: what is there is whole.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runtime = folder / "runtime"
        self._runtime.mkdir(parents=True, exist_ok=True)
        for name in RUNTIME_HAS:
            with suppress(FileExistsError):
                (self._runtime / name).symlink_to(bundle.packages(HOST) / name)

    def path_of(self, entry: str) -> list[Path]:
        """Where Python looks for modules, as in Lambda: the task, its layers, the runtime."""
        task = self._unpacked(bundle.code(entry))
        layers = [self._unpacked(bundle.layer(n, HOST)) / "python" for n in bundle.layers_of(entry)]
        return [task, *layers, self._runtime]

    def run(
        self,
        entry: str,
        script: str,
        *,
        env: Mapping[str, str],
        also: Sequence[Path] = (),
        options: Sequence[str] = (),
    ) -> str:
        """What a script prints, run by an interpreter that sees nothing else; Failed.

        `also` are more places for modules, the last that are looked into.
        """
        places = [str(place) for place in (*self.path_of(entry), *also)]
        start = f"import sys; sys.path[:0] = {places!r}\n"
        command = [sys.executable, "-I", "-S", *options, "-c", start + script]
        kept = {"PATH": os.environ["PATH"], **env}
        done = subprocess.run(  # noqa: S603 - our own
            command, env=kept, cwd=self._folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failed(f"{entry} can't be run from its zips:\n{done.stderr}")
        return done.stdout

    def _unpacked(self, archive: Path) -> Path:
        target = self._folder / archive.stem
        if not target.is_dir():
            made = Path(mkdtemp(dir=self._folder))
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(made)
            with suppress(OSError):  # another process was faster
                made.rename(target)
        return target
