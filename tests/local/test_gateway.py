import socket
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from functions.shared.door import Door
from local.authorizer import Authorizer
from local.contract import contract_routes
from local.gateway import MAX_BODY, Front, Gateway
from local.lambdas import Lambdas
from local.pages import Pages
from local.routes import Routes

pytestmark = pytest.mark.anyio
PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Broken(Door):
    """A function that raises where even its door can't help."""

    def __call__(self, event: Any, context: Any) -> Any:
        raise ZeroDivisionError


@pytest.fixture
async def http(door: Door, authorizer: Authorizer, tmp_path: Path) -> AsyncIterator[ClientSession]:
    """A client of a gateway on a free port."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Stoa</title>")
    (tmp_path / "assets" / "app.js").write_text("1")
    broken = Broken("broken", door.config)
    broken.operations["GET", "/broken"] = door.operations["GET", "/things"]
    broken.operations["GET", "/things/{thing_id}/notes.txt"] = door.operations["GET", "/things"]
    lambdas = Lambdas()
    gateway = Gateway(Routes([door, broken]), authorizer, lambdas)
    front = Front(gateway, Pages(tmp_path), {"sign_in": "local"}, contract_routes())
    listening = socket.create_server(("127.0.0.1", 0))
    await front.start(listening)
    async with ClientSession(f"http://127.0.0.1:{listening.getsockname()[1]}") as session:
        yield session
    await front.stop()
    lambdas.stop()


async def test_a_request_goes_through_its_door_and_back(
    http: ClientSession, sign: Callable[..., str]
) -> None:
    headers = {"Authorization": f"Bearer {sign()}"}

    async with http.post("/things/one", json={"said": "hi"}, headers=headers) as answer:
        assert answer.status == 201
        assert await answer.json() == {"said": "hi", "by": "ada", "where": "one"}


async def test_a_public_route_needs_no_token_and_knows_its_own_address(http: ClientSession) -> None:
    async with http.get("/things?said=hi") as answer:
        heard = await answer.json()

    assert heard["said"] == "hi"
    assert heard["where"] == f"http://127.0.0.1:{answer.url.port}"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/things/1", 401, "unauthorized"),
        ("GET", "/nothing", 404, "not_found"),
        ("DELETE", "/things/1", 404, "not_found"),
        ("HEAD", "/things", 404, None),
        ("POST", "/config.json", 404, "not_found"),
        ("GET", "/broken", 500, "internal_error"),
    ],
)
async def test_the_gateways_own_refusals_are_problem_details(
    http: ClientSession, method: str, path: str, status: int, code: str | None
) -> None:
    async with http.request(method, path) as answer:
        assert answer.status == status
        assert answer.content_type == "application/problem+json"
        if code:
            assert (await answer.json())["code"] == code


async def test_a_body_over_ten_megabytes_is_refused(
    http: ClientSession, sign: Callable[..., str]
) -> None:
    headers = {"Authorization": f"Bearer {sign()}"}

    async with http.post("/things/1", data=BytesIO(bytes(MAX_BODY + 1)), headers=headers) as answer:
        assert answer.status == 413
        assert (await answer.json())["code"] == "body_too_large"


@pytest.mark.parametrize("path", ["/", "/things/1", "/deep/link", "/index.html"])
async def test_a_person_gets_the_page_even_where_the_api_has_a_route(
    http: ClientSession, path: str
) -> None:
    async with http.get(path, headers=PERSON) as answer:
        assert answer.status == 200
        assert "<title>Stoa</title>" in await answer.text()


async def test_a_program_gets_the_api_where_a_person_gets_the_page(http: ClientSession) -> None:
    async with http.get("/things/1", headers={"Accept": "*/*"}) as answer:
        assert (await answer.json())["where"] == "1"


async def test_what_previews_links_gets_the_card_of_a_room_and_the_page_of_all_else(
    http: ClientSession,
) -> None:
    crawler = {"User-Agent": "Slackbot-LinkExpanding 1.0", "Accept": "*/*"}

    async with http.get("/rooms/1", headers=crawler) as answer:
        assert await answer.json() == {"said": "card", "by": "", "where": "1"}
    async with http.get("/people/ada", headers=crawler) as answer:
        assert "<title>Stoa</title>" in await answer.text()
    async with http.get("/rooms/1", headers=crawler | {"Accept": "application/json"}) as answer:
        assert (await answer.json())["said"] == ""


async def test_a_document_of_the_api_is_for_people_too(http: ClientSession) -> None:
    async with http.get("/things/1/notes.txt", headers=PERSON) as answer:
        assert answer.content_type == "application/problem+json"


async def test_the_contract_is_for_everybody(http: ClientSession) -> None:
    async with http.get("/openapi.json", headers=PERSON) as answer:
        assert (await answer.json())["openapi"] == "3.1.0"


async def test_the_clients_files_are_served(http: ClientSession) -> None:
    async with http.get("/assets/app.js") as asset, http.get("/config.json") as config:
        assert await asset.text() == "1"
        assert await config.json() == {"sign_in": "local"}


async def test_a_page_from_anywhere_may_call_the_api(http: ClientSession) -> None:
    asks = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "PATCH"}

    async with http.options("/things/1", headers=asks) as preflight:
        assert preflight.status == 204
        assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
        assert "if-match" in preflight.headers["Access-Control-Allow-Headers"]
        assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    async with http.get("/nothing", headers={"Origin": "http://localhost:5173"}) as refusal:
        assert refusal.headers["Access-Control-Allow-Origin"] == "*"
        assert "Location" in refusal.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", ["/", "/assets/app.js", "/config.json", "/things?said=hi"])
async def test_every_answer_has_the_headers_that_cloudfront_gives_it(
    http: ClientSession, path: str
) -> None:
    page = "script-src 'self'" if path == "/" else ""

    async with http.get(path, headers=PERSON if path == "/" else {}) as answer:
        assert page in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "Strict-Transport-Security" not in answer.headers
