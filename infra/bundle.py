"""The zips of the functions, made by uv and the standard library: no Docker.

A function's own zip holds our modules that it reaches, and no others. What it needs of other
people's lies in layers, each shared by the functions that import it; boto3 is the runtime's own,
which Lambda keeps warm and 15 MB of ours would only slow down. Of some packages most is for others,
and is left out. Zips are the same bytes for the same content, and are made once.

Bytecode is for one version of Python: run by the one that Lambda has, synth ships it, too, and a
cold start need not compile.
"""

import hashlib
import os
import py_compile
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from time import time

from infra.reach import ROOT, path_of, reach

RUNTIME = (3, 13)
LAMBDA = "aarch64-manylinux2014"
"""uv's name of Lambda's platform on arm64."""

HOST = "host"
"""This machine, to run here what is deployed."""

REQUIREMENTS = ROOT / "functions" / "requirements.txt"
BUILD = ROOT / "build" / "functions"
LAYERS: Mapping[str, tuple[str, ...]] = {
    "web": (
        "annotated_types",
        "aws_lambda_powertools",
        "chalice",
        "jwt",
        "pydantic",
        "pydantic_core",
        "tenacity",
        "typing_extensions.py",
        "typing_inspection",
        "tzdata",
        "python_ulid-*.dist-info",  # it asks for its own version
        "ulid",
        "urllib3",
    ),
    "signatures": ("_cffi_backend*.so", "cryptography"),
    "stripe": ("certifi", "charset_normalizer", "idna", "requests", "stripe"),
    "calendar": ("dateutil", "icalendar", "six.py"),
}
"""What is in a layer, as its files begin."""

NEEDS = {
    "functions.shared.access_tokens": "signatures",
    "icalendar": "calendar",
    "stripe": "stripe",
}
"""Beside `web`: what is imported, a module of ours or a package, and the layer that it then needs.

PyJWT asks for `signatures` only where tokens are signed with keys of two halves.
"""

LEFT_OUT = re.compile(
    r""".*\.(pyi|pyc|typed)|(.*/)?tests/.*
    |chalice/(?!(__init__|app)\.py).*  # its command line
    |stripe/(params|events)/.*  # types of requests, and events of a kind that we don't ask for
    |aws_lambda_powertools/event_handler/.*  # routing, with all of Swagger's page
    |aws_lambda_powertools/utilities/(?!idempotency/|jmespath_utils/|\w+\.py).*
    |cryptography/((fernet|cobblestone)\.py|hazmat/(asn1|primitives/(kdf|twofactor))/.*)
    |cryptography/hazmat/primitives/serialization/pkcs(7|12)\.py
    |pydantic/(v1/.*|mypy\.py)
    |urllib3/contrib/emscripten/.*""",
    re.VERBOSE,
)
"""What no function of ours imports. A cold start would have to fetch it all the same."""

THEN = (1980, 1, 1, 0, 0, 0)
KEPT_S = 24 * 3600


class NoBundle(Exception):
    """A sentence that says why the zips can't be made."""


def layers_of(entry: str) -> list[str]:
    """The layers that an entry point needs, the fewest."""
    reached = reach(entry).packages | reach(entry).modules
    return ["web", *(layer for name, layer in NEEDS.items() if name in reached)]


@cache
def code(entry: str) -> Path:
    """The zip of an entry point: our own modules."""
    files = {
        path_of(name).relative_to(ROOT).as_posix(): path_of(name) for name in reach(entry).modules
    }
    return zipped(entry.replace(".", "-"), files)


@cache
def layer(name: str, platform: str = LAMBDA) -> Path:
    """The zip of a layer, whose files Lambda lays into /opt."""
    folder = packages(platform)
    files = {
        f"python/{path.relative_to(folder).as_posix()}": path
        for pattern in LAYERS[name]
        for path in found(folder, pattern)
    }
    return zipped(f"layer-{name}-{platform}", files)


def found(folder: Path, pattern: str) -> Iterator[Path]:
    """The files of one package, without those that nobody imports."""
    for top in folder.glob(pattern):
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and not LEFT_OUT.fullmatch(path.relative_to(folder).as_posix()):
                yield path


@cache
def packages(platform: str = LAMBDA) -> Path:
    """The folder of all packages that the functions require, for a platform; installed once."""
    what = f"{platform} {version_for(platform)}".encode()
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + what).hexdigest()[:16]
    folder = BUILD / f"packages-{platform}-{key}"
    if not folder.is_dir():
        BUILD.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(dir=BUILD))
        install(platform, made)
        with suppress(OSError):  # another process was faster
            made.rename(folder)
        rmtree(made, ignore_errors=True)
    return folder


def version_for(platform: str) -> str:
    """The Python that a platform's packages are for: Lambda's, or this one."""
    return ".".join(map(str, RUNTIME if platform != HOST else sys.version_info[:2]))


def install(platform: str, folder: Path) -> None:
    """Wheels only, each with the hash that the lock file gives; NoBundle."""
    uv = Path(sys.executable).with_name("uv")
    where = ["--python-platform", platform] if platform != HOST else []
    command: list[str | Path] = [uv, "pip", "install", "--quiet", "--no-deps"]
    command += ["--only-binary", ":all:"]
    command += ["--require-hashes", "-r", REQUIREMENTS, "--target", folder, *where]
    command += ["--python-version", version_for(platform)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    except FileNotFoundError as error:
        raise NoBundle(f"uv is not at {uv}: run `make setup` first.") from error
    except subprocess.CalledProcessError as error:
        raise NoBundle(f"uv can't install the functions' packages:\n{error.stderr}") from error


def zipped(name: str, files: Mapping[str, Path]) -> Path:
    """A zip of these files by their names in it, found again while their content is the same."""
    compiled = sys.version_info[:2] == RUNTIME
    digest = hashlib.sha256(bytes(compiled))
    for inside, path in sorted(files.items()):
        digest.update(f"{inside}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    target = BUILD / f"{name}-{digest.hexdigest()[:16]}.zip"
    if not target.is_file():
        BUILD.mkdir(parents=True, exist_ok=True)
        forget(BUILD.glob(f"{name}-{'?' * 16}.zip"))
        partial = target.with_suffix(f".{os.getpid()}")
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for inside, path in sorted(files.items()):
                put(archive, inside, path.read_bytes())
                if compiled and path.suffix == ".py":
                    put(archive, cache_from_source(inside), bytecode(path, inside))
        partial.rename(target)
    return target


def put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """A file that everybody may read, and that has no time."""
    entry = zipfile.ZipInfo(name, THEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def bytecode(path: Path, inside: str) -> bytes:
    """The module compiled; it holds whatever the times of files say (PEP 552)."""
    with TemporaryDirectory() as folder:
        made = Path(folder, "code.pyc")
        py_compile.compile(
            str(path),
            str(made),
            dfile=inside,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        return made.read_bytes()


def forget(zips: Iterable[Path]) -> None:
    """Those that nobody can be using any more go."""
    for path in zips:
        if path.stat().st_mtime < time() - KEPT_S:
            path.unlink(missing_ok=True)
