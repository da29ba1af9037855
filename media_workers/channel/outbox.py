"""What a room has to tell its peers: a few messages each tick, so that sound never waits for words.

A message costs about 25 us, and a room may have thousands of peers: telling everyone at once would
take longer than a tick lasts.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import Protocol

MAX_POSTS = 256
MAX_POSTS_AHEAD = 8
"""With more than so many posts before it, what may be dropped is dropped."""


class Addressee(Protocol):
    """Whoever gets messages."""

    def send_message(self, text: str) -> bool:
        """False if it could not be sent."""


class _Post:
    __slots__ = ("kind", "letters")

    def __init__(self, kind: str, letters: Iterator[tuple[Addressee, str]]) -> None:
        self.kind = kind
        self.letters = letters


class Outbox:
    """Posts in their order; every peer gets his messages in the order in which they were posted.

    At most MAX_POSTS wait: one more is dropped, and counted by its kind.
    """

    __slots__ = ("_posts", "_waiting", "dropped")

    def __init__(self) -> None:
        self.dropped: Counter[str] = Counter()
        self._posts: deque[_Post] = deque()
        self._waiting: Counter[str] = Counter()

    @property
    def waiting(self) -> bool:
        """Whether there is anything left to send."""
        return bool(self._posts)

    def post(
        self, kind: str, letters: Iterable[tuple[Addressee, str]], *, droppable: bool = False
    ) -> None:
        """Tell each of them his text; `letters` is only read when its time comes."""
        if len(self._posts) >= (MAX_POSTS_AHEAD if droppable else MAX_POSTS):
            self.dropped[kind] += 1
            return
        self._posts.append(_Post(kind, iter(letters)))
        self._waiting[kind] += 1

    def holds(self, kind: str) -> bool:
        """Whether a post of this kind has not been told to everyone yet."""
        return self._waiting[kind] > 0

    def send(self, budget: int) -> int:
        """Send at most `budget` messages; how many it was."""
        sent = 0
        while self._posts and sent < budget:
            post = self._posts[0]
            for addressee, text in post.letters:
                addressee.send_message(text)
                sent += 1
                if sent == budget:
                    break
            else:
                self._posts.popleft()
                self._waiting[post.kind] -= 1
        return sent
