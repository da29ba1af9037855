import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from chalice.app import Response
from openapi_spec_validator import validate

from functions.contract.api import DOORS, VERSION, contract
from functions.contract.raw import RAW

ROOT = Path(__file__).parents[3]


@pytest.fixture
def document():
    return json.loads(contract())


def test_the_contract_is_valid_openapi(document):
    validate(document)

    assert document["openapi"].startswith("3.1")


def test_it_describes_every_route_of_every_door(document):
    described = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }

    assert described == {route for door in DOORS for route in door.operations}


def test_no_two_doors_have_the_same_route():
    routes = [route for door in DOORS for route in door.operations]

    assert len(routes) == len(set(routes))


def test_every_feature_with_a_door_is_among_them():
    with_doors = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}

    assert len(DOORS) == len(with_doors)


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document):
    operations = [
        operation for methods in document["paths"].values() for operation in methods.values()
    ]

    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all(operation["summary"] for operation in operations)


def test_every_operation_that_answers_no_model_has_its_media_types_told():
    raw = {
        route
        for door in DOORS
        for route, operation in door.operations.items()
        if operation.answer is Response
    }

    assert set(RAW) == raw


def test_every_part_is_introduced(document):
    used = {
        tag
        for methods in document["paths"].values()
        for operation in methods.values()
        for tag in operation["tags"]
    }

    introduced = {tag["name"] for tag in document["tags"]}
    assert used | {"realtime"} == introduced


def test_schemas_have_the_apis_names(document):
    assert all(name.isalnum() for name in document["components"]["schemas"])


def test_the_command_writes_the_same_whatever_the_environment(document):
    command = [sys.executable, "-m", "functions.contract"]

    written = subprocess.check_output(command, cwd=ROOT, env={})

    assert json.loads(written) == document


def test_its_version_is_the_projects():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == VERSION
