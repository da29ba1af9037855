"""A room's words become a vocabulary of Transcribe's, with moto in its place."""

import asyncio
from typing import Any

import boto3
import pytest

from captions.vocabulary import Found, RoomVocabulary, Vocabularies, to_phrases
from core.captions import VOCABULARY, captions_key
from core.dynamo import Database, Update
from core.tables import CAPTIONS

pytestmark = pytest.mark.anyio


class Words:
    """The vocabulary of room r1, as its door writes it."""

    def __init__(self, database: Database) -> None:
        self._table = database.table(CAPTIONS)

    def put(self, *words: str) -> None:
        fields = {"words": list(words)}
        key = captions_key("r1")
        self._table.write(Update(pk=key, sk=VOCABULARY, set=fields, add={"revision": 1}))


@pytest.fixture
def words(database: Database) -> Words:
    return Words(database)


@pytest.fixture
def vocabularies(database: Database) -> Vocabularies:
    return Vocabularies(database, "stoa-test-")


def made() -> set[str]:
    listed = boto3.client("transcribe").list_vocabularies()
    return {it["VocabularyName"] for it in listed["Vocabularies"]}


def ready(vocabularies: Vocabularies) -> Found:
    found = vocabularies.look("r1", "en-US")
    for _ in range(5):
        if not found.pending:
            break
        found = vocabularies.look("r1", "en-US")
    return found


def test_phrases_are_joined_by_hyphens_and_what_transcribe_refuses_is_left_out() -> None:
    words = ["Stoa", " Los  Angeles ", "don't", "Zoë", "4 seasons", "<b>", "a" * 300, " "]

    assert to_phrases(words) == ["Stoa", "Los-Angeles", "don't", "Zoë"]


def test_a_room_without_words_has_no_vocabulary(vocabularies: Vocabularies, words: Words) -> None:
    assert vocabularies.look("r1", "en-US") == Found(None)
    words.put("1 2 3")

    assert vocabularies.look("r1", "en-US") == Found(None)
    assert made() == set()


def test_words_become_a_vocabulary_and_other_words_another(
    vocabularies: Vocabularies, words: Words
) -> None:
    words.put("Stoa")
    first = ready(vocabularies)
    words.put("Stoa", "aiortc")
    second = ready(vocabularies)

    assert first == Found("stoa-test-r1-1")
    assert second == Found("stoa-test-r1-2")
    assert made() == {"stoa-test-r1-1", "stoa-test-r1-2"}


async def test_a_room_goes_over_to_its_new_words_and_the_old_ones_are_dropped(
    vocabularies: Vocabularies, words: Words
) -> None:
    await asyncio.to_thread(words.put, "Stoa")
    room = RoomVocabulary(vocabularies, "r1", "en-US", look_every=0.02)
    used: asyncio.Queue[str | None] = asyncio.Queue()

    await room.first(5)
    assert room.name == "stoa-test-r1-1"
    following = asyncio.create_task(room.follow(used.put_nowait))
    await asyncio.to_thread(words.put, "Stoa", "aiortc")
    async with asyncio.timeout(10):
        assert await used.get() == "stoa-test-r1-2"
        while await asyncio.to_thread(made) != {"stoa-test-r1-2"}:  # noqa: ASYNC110 - moto's state
            await asyncio.sleep(0)
    following.cancel()


class Full:
    """A Transcribe that has no room for one more."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def create_vocabulary(self, **_: Any) -> None:
        raise self._client.exceptions.LimitExceededException({}, "CreateVocabulary")


def test_the_vocabulary_that_is_oldest_makes_way(
    database: Database, vocabularies: Vocabularies, words: Words
) -> None:
    words.put("Stoa")
    ready(vocabularies)
    words.put("Stoa", "aiortc")
    full = Vocabularies(database, "stoa-test-", transcribe=Full(boto3.client("transcribe")))

    assert full.look("r1", "en-US").pending
    assert made() == set()
    assert ready(vocabularies) == Found("stoa-test-r1-2")
