"""What is asked of reminders, as it comes over the wire."""

from typing import Annotated

from pydantic import ConfigDict, Field, PlainSerializer

from core.models import Model
from functions.accounts.model import Channel
from functions.reminders.model import LONGEST_LEAD, MAX_LEADS
from functions.shared.models import Body

Lead = Annotated[int, Field(ge=0, le=LONGEST_LEAD)]
Leads = Annotated[
    frozenset[Lead],
    Field(min_length=1, max_length=MAX_LEADS, description="Minutes; 0: when it really begins."),
]
SomeChannels = Annotated[
    frozenset[Channel],
    Field(min_length=1, max_length=len(Channel)),
    PlainSerializer(sorted, return_type=list[Channel]),
]


class NewReminder(Body):
    """When to be reminded, and how: by default at the start, as the account's settings say."""

    lead_minutes: Leads = frozenset({0})
    channels: SomeChannels | None = None


class FeedQuery(Model):
    """Whose feed: the key that its owner was given."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(min_length=1, max_length=128)]
