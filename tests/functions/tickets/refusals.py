"""What refusals say to programs: their codes."""

import pytest

from core.errors import Refusal


def code_of(deed, *arguments, **named):
    """The code with which a deed is refused."""
    with pytest.raises(Refusal) as refused:
        deed(*arguments, **named)
    return refused.value.code


def codes(outcomes):
    """The codes of those deeds that were refused."""
    return [each.code for each in outcomes if isinstance(each, Refusal)]
