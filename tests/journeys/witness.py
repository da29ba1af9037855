"""`python -m local`, and a file of what each function asks of AWS: `<function> <action> <table>`.

WITNESS_FILE names the file. The fixture `granted` compares it with what the deployment allows.
"""

import json
import os
import runpy
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

IN_PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
IN_PARTS["ConditionCheck"] = "ConditionCheckItem"


def asked(service: str, operation: str, body: dict[str, Any]) -> Iterator[str]:
    """An action and what it is done to, as IAM counts them."""
    if operation == "TransactWriteItems":
        for item in body["TransactItems"]:
            for part, told in item.items():
                yield f"dynamodb:{IN_PARTS[part]} {told['TableName']}"
    elif "RequestItems" in body:
        for table in body["RequestItems"]:
            yield f"dynamodb:{operation} {table}"
    elif "TableName" in body:
        yield f"dynamodb:{operation} {body['TableName']}"
    else:
        name = body.get("QueueName") or body.get("QueueUrl", "").rpartition("/")[2]
        yield f"{service}:{operation} {name}"


def main() -> None:
    said: set[str] = set()
    with Path(os.environ.get("WITNESS_FILE", os.devnull)).open("a", buffering=1) as file:

        def note(params: Any, model: Any, **_: Any) -> None:
            body = params.get("body")
            told = (
                json.loads(body)
                if isinstance(body, bytes | str) and body[:1] in (b"{", "{")
                else {}
            )
            for each in asked(model.service_model.service_name, model.name, told):
                line = f"{threading.current_thread().name} {each}\n"
                if line not in said:
                    said.add(line)
                    file.write(line)

        boto3.setup_default_session()
        boto3.DEFAULT_SESSION.events.register("before-call.*.*", note)
        runpy.run_module("local", run_name="__main__", alter_sys=True)


main()
