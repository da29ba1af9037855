"""An issuer whose keys can be read, and who looks at its tokens."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from functions.shared.access_tokens import AccessTokens
from functions.shared.config import Config
from tests.issuer import Issuer, publishing


@pytest.fixture(scope="module")
def published() -> Iterator[Issuer]:
    with publishing(Config.from_env(os.environ)) as issuer:
        yield issuer


@pytest.fixture
def issuer(published: Issuer) -> Issuer:
    """One that nobody has asked yet."""
    published.asked.clear()
    return published


@pytest.fixture
def tokens(issuer: Issuer) -> AccessTokens:
    return AccessTokens(replace(issuer.config, jwks_url=issuer.jwks_url))
