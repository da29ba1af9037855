import pytest

from functions.shared.door import Door
from local.routes import Routes, load_doors


@pytest.fixture
def routes(door: Door) -> Routes:
    return Routes([door])


def test_a_path_gives_its_route_its_parameters(routes: Routes) -> None:
    match = routes.match("GET", "/things/a%2Fb%20c")

    assert match
    assert match.route.path == "/things/{thing_id}"
    assert match.path_parameters == {"thing_id": "a/b c"}


def test_a_literal_segment_wins_over_a_parameter(routes: Routes) -> None:
    match = routes.match("GET", "/things/latest")

    assert match
    assert match.route.path == "/things/latest"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("GET", "/"),
        ("GET", "/things/"),
        ("GET", "/things/1/more"),
        ("DELETE", "/things/1"),
        ("HEAD", "/things"),
    ],
)
def test_what_no_door_offers_has_no_route(routes: Routes, method: str, path: str) -> None:
    assert routes.match(method, path) is None


def test_a_route_is_public_if_its_view_needs_no_caller(routes: Routes) -> None:
    read, write = routes.match("GET", "/things"), routes.match("POST", "/things/1")

    assert read
    assert read.route.public
    assert write
    assert not write.route.public


def test_every_door_of_the_functions_is_found() -> None:
    names = {door.app_name for door in load_doors()}

    assert {"accounts", "media_door", "rooms", "tickets"} <= names
