from pathlib import Path

import pytest
from aiohttp import web

from local.pages import Pages


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<title>Stoa</title>")
    (dist / "assets" / "app-1a2b.js").write_text("1")
    (tmp_path / "secret").write_text("no page")
    return Pages(dist)


@pytest.mark.parametrize(
    "path", ["/../secret", "/assets/../../secret", "//etc/passwd", "/assets", "/nothing", "/a\0b"]
)
def test_nothing_outside_the_folder_is_served(pages: Pages, path: str) -> None:
    assert pages.file(path) is None


def test_a_file_that_its_name_pins_may_be_kept_for_good(pages: Pages) -> None:
    asset, index = pages.file("/assets/app-1a2b.js"), pages.app()

    assert asset
    assert "immutable" in asset.headers["Cache-Control"]
    assert index.headers["Cache-Control"] == "no-cache"


def test_a_client_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    page = Pages(tmp_path / "dist").app()

    assert page.status == 503
    assert isinstance(page, web.Response)
    assert "npm run build" in str(page.text)
