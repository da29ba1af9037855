"""Circular garbage: looked for when nobody hears it."""

import pytest

from media_workers.process.collector import ENOUGH, TOO_MANY, is_due


@pytest.mark.parametrize(
    ("aged", "quiet", "due"),
    [
        (0, True, False),
        (ENOUGH, True, True),
        (ENOUGH, False, False),
        (TOO_MANY - 1, False, False),
        (TOO_MANY, False, True),
    ],
)
def test_a_full_collection_waits_for_silence_but_not_for_ever(
    *, aged: int, quiet: bool, due: bool
) -> None:
    assert is_due(aged, lambda: quiet) is due
