"""What the images would hold, without building them: no engine runs here."""

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from infra.fargate import ROOT, health_check
from infra.network import CAPTIONS_PORT, CONTROL_PORT

PORTS = {"media_workers": CONTROL_PORT, "captions": CAPTIONS_PORT}
UV = Path(sys.executable).with_name("uv")
pytestmark = pytest.mark.parametrize("package", PORTS)


def instructions(package: str) -> list[tuple[str, str]]:
    """The Dockerfile's instructions and their arguments, continued lines joined."""
    text = (ROOT / package / "Dockerfile").read_text().replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [(name, " ".join(rest.split())) for name, _, rest in (it.partition(" ") for it in lines)]


def final_stage(package: str) -> list[tuple[str, str]]:
    found = instructions(package)
    last = max(index for index, (name, _) in enumerate(found) if name == "FROM")
    return found[last:]


def test_an_image_is_pinned_by_a_tag_of_lambdas_python(package: str) -> None:
    bases = [arguments for name, arguments in instructions(package) if name == "FROM"]

    assert all("python:3.13-slim-" in base and "@sha256" not in base for base in bases)


def test_a_process_is_not_root_and_nothing_of_the_target_runs_while_building(package: str) -> None:
    names = [name for name, _ in final_stage(package)]

    assert ("USER", "10001:10001") in final_stage(package)
    assert "RUN" not in names
    assert names.index("USER") < names.index("CMD")


def test_packages_are_for_the_machine_that_the_engine_builds_for(package: str) -> None:
    # With a default of our own, BuildKit takes that one: github.com/docker/buildx/issues/510.
    assert ("ARG", "TARGETARCH") in instructions(package)


def test_packages_come_with_hashes_and_as_wheels(package: str) -> None:
    install = next(it for name, it in instructions(package) if name == "RUN" and "uv pip" in it)
    requirements = (ROOT / package / "requirements.txt").read_text()

    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    pins = re.findall(r"^\S+==.*$", requirements, re.MULTILINE)
    assert pins
    assert all(pin.endswith("\\") for pin in pins)  # a hash follows


def test_the_health_check_is_the_one_that_ecs_runs(package: str) -> None:
    check = next(arguments for name, arguments in final_stage(package) if name == "HEALTHCHECK")

    assert json.loads(check.partition("CMD ")[2]) == health_check(PORTS[package])[1:]


@pytest.mark.parametrize(("status", "exit_status"), [(200, 0), (503, 1)])
def test_the_health_check_asks_the_process(package: str, status: int, exit_status: int) -> None:
    with answering(status) as port:
        command = [
            part.replace(str(PORTS[package]), str(port)) for part in health_check(PORTS[package])
        ]

        done = subprocess.run(command[1:], check=False, timeout=10)

    assert done.returncode == exit_status


def test_a_process_begins_from_what_its_image_holds(package: str, tmp_path: Path) -> None:
    image, venv = tmp_path / "stoa", tmp_path / "venv"
    for name, arguments in final_stage(package):
        source, _, target = arguments.partition(" ")
        if name == "COPY" and not source.startswith("--from"):
            shutil.copytree(ROOT / source, image / target, ignore=shutil.ignore_patterns("__pyc*"))
    run(UV, "venv", "--quiet", "--python", sys.executable, venv)
    requirements = ROOT / package / "requirements.txt"
    python = venv / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", requirements)

    done = subprocess.run(
        [python, "-m", package], cwd=image, env={}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert re.search(r"\b(STOA_\w+|AWS_REGION) is not set", done.stdout + done.stderr)
    assert "Traceback" not in done.stdout + done.stderr


def test_every_package_has_a_wheel_for_arm64(package: str, tmp_path: Path) -> None:
    run(
        *(UV, "pip", "install", "--quiet", "--dry-run", "--target", tmp_path, "--require-hashes"),
        *("--python-version", "3.13", "--python-platform", "aarch64-manylinux_2_28"),
        *("--only-binary", ":all:", "-r", ROOT / package / "requirements.txt"),
    )


def run(*command: Any) -> None:
    subprocess.run([str(part) for part in command], check=True, timeout=110)


@contextmanager
def answering(status: int) -> Iterator[int]:
    """A server that gives every GET this status; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/health"
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Tests have nothing to tell."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
