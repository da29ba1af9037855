import os
from enum import StrEnum

import pytest
from openapi_spec_validator import validate

from functions.contract.openapi import document
from functions.shared.access_tokens import AccessTokens
from functions.shared.callers import Caller
from functions.shared.config import Config
from functions.shared.door import Door
from functions.shared.models import Body, Page, PageQuery
from functions.shared.rates import REPORTS

PROBLEM = "application/problem+json"


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Thing(Body):
    colour: Colour = Colour.RED


class NewThing(Body):
    name: str


class Wanted(PageQuery):
    colour: Colour | None = None
    owner: str


@pytest.fixture
def described():
    config = Config.from_env(os.environ)
    door = Door("things", config, tokens=AccessTokens(config))

    @door.answers("GET", "/things")
    def list_things(query: Wanted) -> Page[Thing]:
        """Some things.

        More about them.
        """

    @door.answers("POST", "/things", status=201)
    def make_thing(caller: Caller, body: NewThing) -> Thing:
        """Make it; 409 `sold_out`, `limit_reached`."""

    @door.answers("POST", "/secrets", once=False, rate=REPORTS)
    def make_secret(caller: Caller, idempotency_key: str | None) -> Thing: ...

    @door.answers("PUT", "/things/{thing_id}/parts/{part_id}")
    def change_thing(caller: Caller | None, thing_id: str, part_id: str, body: Thing) -> None: ...

    return document([door], "1.2.3")


def test_the_document_is_valid_openapi(described):
    validate(described)

    assert described["openapi"] == "3.1.0"
    assert described["info"]["version"] == "1.2.3"


def test_an_operation_is_named_and_summed_up_by_its_view(described):
    operation = described["paths"]["/things"]["get"]

    assert operation["operationId"] == "list_things"
    assert operation["summary"] == "Some things."
    assert operation["tags"] == ["things"]


def test_the_paths_parameters_are_listed_and_required(described):
    parameters = described["paths"]["/things/{thing_id}/parts/{part_id}"]["put"]["parameters"]

    assert [(p["name"], p["in"], p["required"]) for p in parameters] == [
        ("thing_id", "path", True),
        ("part_id", "path", True),
    ]


def test_the_querys_fields_are_parameters_even_enumerations(described):
    parameters = described["paths"]["/things"]["get"]["parameters"]

    assert {p["name"]: p["required"] for p in parameters} == {
        "limit": False,
        "cursor": False,
        "colour": False,
        "owner": True,
    }
    assert described["components"]["schemas"]["Colour"]["enum"] == ["red", "blue"]


def test_a_body_is_required_if_a_field_of_it_is(described):
    make = described["paths"]["/things"]["post"]["requestBody"]
    change = described["paths"]["/things/{thing_id}/parts/{part_id}"]["put"]["requestBody"]

    assert (make["required"], change["required"]) == (True, False)
    schema = described["components"]["schemas"]["NewThing"]
    assert schema["additionalProperties"] is False


def test_answers_carry_their_status_and_schema(described):
    made = described["paths"]["/things"]["post"]["responses"]
    changed = described["paths"]["/things/{thing_id}/parts/{part_id}"]["put"]["responses"]

    assert made["201"]["content"]["application/json"]["schema"]["$ref"].endswith("/Thing")
    assert "content" not in changed["204"]


def test_every_operation_may_be_refused_with_a_problem(described):
    for methods in described["paths"].values():
        for operation in methods.values():
            refusal = operation["responses"]["default"]["$ref"].rpartition("/")[2]
            assert PROBLEM in described["components"]["responses"][refusal]["content"]


def test_what_a_docstring_says_of_refusals_is_told_with_its_meaning(described):
    responses = described["paths"]["/things"]["post"]["responses"]

    assert responses["409"]["$ref"].endswith("/409.sold_out.limit_reached")
    told = described["components"]["responses"]["409.sold_out.limit_reached"]["description"]
    assert told.startswith("`sold_out`: There are only")


def test_what_follows_from_an_operations_shape_is_told(described):
    made = described["paths"]["/things"]["post"]["responses"]
    listed = described["paths"]["/things"]["get"]["responses"]

    assert set(made) == {"201", "400", "401", "409", "422", "default"}
    assert set(listed) == {"200", "422", "default"}
    assert "429" in described["paths"]["/secrets"]["post"]["responses"]


def test_who_may_call_is_told(described):
    things = described["paths"]["/things"]

    assert things["get"]["security"] == [{}]
    assert things["post"]["security"] == [{"jwt": []}]
    part = described["paths"]["/things/{thing_id}/parts/{part_id}"]
    assert part["put"]["security"] == [{}, {"jwt": []}]


def test_posts_take_an_idempotency_key(described):
    for path in ("/things", "/secrets"):
        names = [p["name"] for p in described["paths"][path]["post"]["parameters"]]

        assert names == ["Idempotency-Key"]
