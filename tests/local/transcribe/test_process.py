"""The stand-in as a process, and the vocabularies it reads from moto."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from local.transcribe.word_lists import MotoWordLists, NoWordLists

READY = "Transcribe stands in at https://localhost:"


def run(tmp_path: Path, **env: str) -> subprocess.Popen[str]:
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    return subprocess.Popen(
        [sys.executable, "-m", "local.transcribe"],
        env={"PATH": os.environ["PATH"], "STOA_TRANSCRIBE_TLS": str(tmp_path)} | keys | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_says_where_it_listens_and_stops_when_told(tmp_path: Path) -> None:
    with run(tmp_path, STOA_RECOGNISER="scripted") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(10)
        finally:
            process.kill()

    assert line.startswith(READY)
    assert status == 0
    assert (tmp_path / "ca.pem").read_text().startswith("-----BEGIN CERTIFICATE")
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("STOA_RECOGNISER", "oracle", "'oracle'"),
        ("STOA_RECOGNISER", "whisper", "model.bin"),
        ("STOA_TRANSCRIBE_TLS", "", "STOA_TRANSCRIBE_TLS"),
    ],
)
def test_what_is_in_the_way_is_one_sentence(
    tmp_path: Path, name: str, value: str, says: str
) -> None:
    with run(tmp_path, **{"STOA_RECOGNISER": "scripted", name: value}) as process:
        try:
            _, error = process.communicate(timeout=20)
        finally:
            process.kill()

    assert process.returncode == 1
    assert says in error
    assert len(error.splitlines()) == 1


@pytest.fixture
def moto_url() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def test_a_vocabulary_made_at_aws_is_known_by_its_name(moto_url: str) -> None:
    aws = boto3.client("transcribe", endpoint_url=moto_url, region_name="us-east-1")
    aws.create_vocabulary(
        VocabularyName="room-r1", LanguageCode="en-US", Phrases=["Stoa", "Los-Angeles"]
    )
    lists = MotoWordLists(moto_url)

    assert lists.vocabulary("room-r1") == ["Stoa", "Los-Angeles"]
    assert lists.vocabulary("room-r2") is None
    assert lists.filter("rude") is None


def test_without_moto_there_are_no_lists() -> None:
    assert NoWordLists().vocabulary("room-r1") is None
    assert NoWordLists().filter("rude") is None
