"""A room's words as a custom vocabulary of Transcribe: made when they change, used once ready.

Transcribe takes minutes to make one and keeps 100 an account: they are a cache of the rooms' words,
and the one that was changed longest ago makes way. Source: developer guide, "Custom vocabularies".
"""

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from captions.publish import CLOUD_ERRORS
from core.captions import VOCABULARY, captions_key
from core.dynamo import Database
from core.tables import CAPTIONS

FIRST_LOOK, LOOK_EVERY = 0.25, 10.0
"""Seconds until the next look: doubled while a vocabulary is being made."""

MAX_PHRASE = 256
UNWRITABLE = re.compile(r"[^\w'.-]|[\d_]")
"""One phrase with a digit or a sign in it, and Transcribe refuses the whole vocabulary."""

QUICKLY = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 2})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """The name of the vocabulary of a room's words, if it has any; not usable while `pending`."""

    name: str | None
    pending: bool = False


class Vocabularies:
    """Custom vocabularies named `prefix`<room_id>-<revision>. Every call blocks."""

    def __init__(self, database: Database, prefix: str, transcribe: Any = None) -> None:
        self._table = database.table(CAPTIONS)
        self._prefix = prefix
        self._transcribe: Any = transcribe or boto3.client("transcribe", config=QUICKLY)

    def look(self, room_id: str, language: str) -> Found:
        """What there is of the room's words; asked for the first time, it begins to be made."""
        item = self._table.get(captions_key(room_id), VOCABULARY)
        phrases = to_phrases(item["words"]) if item else []
        if item is None or not phrases:
            return Found(None)
        name = f"{self._prefix}{room_id}-{item['revision']}"
        missing = self._transcribe.exceptions.NotFoundException
        try:
            state = self._transcribe.get_vocabulary(VocabularyName=name)["VocabularyState"]
        except (missing, self._transcribe.exceptions.BadRequestException):  # it says either
            self._make(name, language, phrases)
            state = "PENDING"
        # One that failed stays so until the words change.
        return Found(name if state != "FAILED" else None, pending=state == "PENDING")

    def drop(self, name: str) -> None:
        """Nobody uses it any more."""
        self._transcribe.delete_vocabulary(VocabularyName=name)

    def _make(self, name: str, language: str, phrases: Sequence[str]) -> None:
        asked: Any = {"VocabularyName": name, "LanguageCode": language, "Phrases": phrases}
        try:
            self._transcribe.create_vocabulary(**asked)
        except self._transcribe.exceptions.LimitExceededException:
            self._make_way()

    def _make_way(self) -> None:
        """One less, the oldest. Whose it was makes it anew; open streams go on with it."""
        ours = self._transcribe.list_vocabularies(NameContains=self._prefix, MaxResults=100)
        oldest = sorted(ours["Vocabularies"], key=lambda it: it["LastModifiedTime"])
        for vocabulary in oldest[:1]:
            self.drop(vocabulary["VocabularyName"])


def to_phrases(words: Sequence[str]) -> list[str]:
    """As Transcribe wants them: words joined by hyphens; what it has no letters for is left out."""
    phrases = ("-".join(words.split()) for words in words)
    return [it for it in phrases if 0 < len(it) <= MAX_PHRASE and not UNWRITABLE.search(it)]


class RoomVocabulary:
    """One room's vocabulary of now: `use` is told its name whenever that changes."""

    def __init__(
        self,
        vocabularies: Vocabularies,
        room_id: str,
        language: str,
        *,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._vocabularies = vocabularies
        self._room_id = room_id
        self._language = language
        self._look_every = look_every
        self._wait = FIRST_LOOK
        self.name: str | None = None

    async def first(self, within: float) -> None:
        """The room begins with its vocabulary, if that is ready soon."""
        try:
            async with asyncio.timeout(within):
                while await self._look():  # noqa: ASYNC110 - Transcribe tells nobody when it is done
                    await asyncio.sleep(self._wait)
        except TimeoutError:
            return

    async def follow(self, use: Callable[[str | None], None]) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(self._wait)
            before = self.name
            await self._look()
            if self.name == before:
                continue
            use(self.name)
            if before is not None:
                await self._drop(before)

    async def _look(self) -> bool:
        """Whether it is still being made."""
        try:
            found = await asyncio.to_thread(self._vocabularies.look, self._room_id, self._language)
        except CLOUD_ERRORS as error:
            _log.warning("vocabulary.failed error=%s", type(error).__name__)
            found = Found(self.name)
        if found.pending:
            self._wait = min(2 * self._wait, self._look_every)
        else:
            self.name, self._wait = found.name, self._look_every
        return found.pending

    async def _drop(self, name: str) -> None:
        try:
            await asyncio.to_thread(self._vocabularies.drop, name)
        except CLOUD_ERRORS as error:
            _log.warning("vocabulary.not_dropped error=%s", type(error).__name__)
