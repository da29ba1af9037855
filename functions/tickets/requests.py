"""What is asked of tickets, as it comes over the wire."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StrictInt,
    WithJsonSchema,
    model_validator,
)

from core.models import Model
from core.money import CURRENCIES
from functions.shared.models import RFC3339, Body
from functions.tickets.rules.model import (
    LARGEST_PRICE,
    MAX_PER_ACCOUNT,
    MAX_QUANTITY,
    SMALLEST_PRICE,
    RefundRule,
)

MAX_HANDLE = 64
MAX_CODE = 64


def known(currency: str) -> str:
    """The currency, if we can charge in it."""
    if currency not in CURRENCIES:
        raise ValueError(f"must be one of {', '.join(CURRENCIES)}")
    return currency


CurrencyCode = Annotated[
    str, AfterValidator(known), WithJsonSchema({"type": "string", "enum": list(CURRENCIES)})
]
Price = Annotated[
    StrictInt, Field(ge=SMALLEST_PRICE, le=LARGEST_PRICE, description="In minor units.")
]
Quantity = Annotated[StrictInt, Field(ge=1, le=MAX_QUANTITY)]
Handle = Annotated[str, Field(min_length=1, max_length=MAX_HANDLE)]
Few = Annotated[StrictInt, Field(ge=1, le=MAX_PER_ACCOUNT)]


class NewPrice(Body):
    """What one ticket is to cost."""

    amount: Price
    currency: CurrencyCode


class NewOffer(Body):
    """What a host sells for a room; without a price, the tickets are free."""

    price: NewPrice | None
    quantity: Quantity
    per_account: Few = 4
    sales_end_at: Annotated[str, Field(pattern=RFC3339, description="RFC 3339.")] | None = None
    refund_rule: RefundRule = RefundRule.UNTIL_START


class EstimateQuery(Model):
    """What an offer would bring if all of it were sold."""

    model_config = ConfigDict(extra="forbid")

    amount: Annotated[int, Field(ge=SMALLEST_PRICE, le=LARGEST_PRICE)]
    currency: CurrencyCode
    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY)]


class NewPromoCode(Body):
    """What a code takes off the price of each of so many tickets: per cent, or minor units."""

    percent: Annotated[StrictInt, Field(ge=1, le=100)] | None = None
    amount: Annotated[StrictInt, Field(ge=1, le=LARGEST_PRICE)] | None = None
    limit: Quantity

    @model_validator(mode="after")
    def takes_off_one(self) -> "NewPromoCode":
        """A percentage or an amount."""
        if (self.percent is None) == (self.amount is None):
            raise ValueError("a promo code takes off a percentage or an amount")
        return self


class NewComp(Body):
    """Whom the host gives tickets to."""

    handle: Handle
    quantity: Few = 1


class NewHold(Body):
    """What a buyer wants."""

    quantity: Few = 1
    promo_code: Annotated[str, Field(min_length=1, max_length=MAX_CODE)] | None = None


class NewHolder(Body):
    """Who is to have the ticket."""

    handle: Handle
