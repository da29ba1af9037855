"""`python -m captions` as the container runs it."""

import json
import os
import signal
import subprocess
import sys

import boto3
from moto.server import ThreadedMotoServer

from core.tables import WORKERS, create_table_request


def test_the_process_reports_itself_and_goes_when_told() -> None:
    moto = ThreadedMotoServer("127.0.0.1", 0)
    moto.start()
    host, port = moto.get_host_and_port()
    url = f"http://{host}:{port}"
    boto3.client("dynamodb", endpoint_url=url).create_table(**create_table_request(WORKERS, "p-"))
    env = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "STOA_TABLE_PREFIX": "p-",
        "STOA_CAPTIONS_BIND": "127.0.0.1",
        "STOA_CAPTIONS_PORT": "0",
        "STOA_CAPTIONS_HOST": "127.0.0.1",
    }
    command = [sys.executable, "-m", "captions"]

    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            started = json.loads(process.stdout.readline())
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=20)
        finally:
            process.kill()
    moto.stop()

    assert started["event"] == "captions.started"
    assert started["url"].startswith("ws://127.0.0.1:")
    assert [json.loads(line)["event"] for line in output.splitlines()] == [
        "captions.draining",
        "captions.stopped",
    ]
    assert process.returncode == 0


def test_a_missing_setting_is_one_sentence() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "captions"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )

    assert process.returncode == 1
    assert process.stderr == "The caption worker can't start: AWS_REGION is not set.\n"
