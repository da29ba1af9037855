"""What Stripe refuses of parameters, with the types that its own client has."""

from typing import Any

import pytest
from stripe import params as v1
from stripe.params.v2 import core as v2

from local.stripe import forms
from local.stripe.errors import ApiError
from local.stripe.parameters import Schema

INTENT = Schema(v1.PaymentIntentCreateParams)
ACCOUNT = Schema(v2.AccountCreateParams, typed=True)


def read(text: str, schema: Schema = INTENT) -> dict[str, Any]:
    return schema.read(forms.read(text))


def refusal(text: str, schema: Schema = INTENT) -> ApiError:
    with pytest.raises(ApiError) as caught:
        read(text, schema)
    return caught.value


def test_text_becomes_what_the_declared_type_says() -> None:
    given = read(
        "amount=500&currency=usd&confirm=true&automatic_payment_methods[enabled]=false"
        "&transfer_data[destination]=acct_1&metadata[amount]=500&metadata[confirm]=true"
        "&expand[0]=latest_charge&description=true"
    )

    assert given == {
        "amount": 500,
        "currency": "usd",
        "confirm": True,
        "automatic_payment_methods": {"enabled": False},
        "transfer_data": {"destination": "acct_1"},
        "metadata": {"amount": "500", "confirm": "true"},
        "expand": ["latest_charge"],
        "description": "true",
    }


@pytest.mark.parametrize(
    ("text", "code", "param"),
    [
        ("amount=500", "parameter_missing", "currency"),
        ("amount=500&currency=usd&curency=usd", "parameter_unknown", "curency"),
        ("amount=5.00&currency=usd", "parameter_invalid_integer", "amount"),
        ("amount=&currency=usd", "parameter_invalid_empty", "amount"),
        ("amount=500&currency=", "parameter_invalid_empty", "currency"),
        ("amount=500&currency=usd&confirm=yes", None, "confirm"),
        ("amount=500&currency=usd&capture_method=never", None, "capture_method"),
        ("amount=500&currency=usd&metadata=x", None, "metadata"),
        ("amount=500&currency=usd&expand=x", None, "expand"),
        (
            "amount=500&currency=usd&transfer_data[amount]=5",
            "parameter_missing",
            "transfer_data[destination]",
        ),
        (
            "amount=500&currency=usd&transfer_data[destination]=a&transfer_data[to]=b",
            "parameter_unknown",
            "transfer_data[to]",
        ),
    ],
)
def test_what_is_wrong_is_named_as_stripe_does(text: str, code: str | None, param: str) -> None:
    error = refusal(text).error()

    assert error["type"] == "invalid_request_error"
    assert error.get("code") == code
    assert error["param"] == param


def test_metadata_is_bounded_and_may_have_names_that_count() -> None:
    assert read("amount=500&currency=usd&metadata[0]=a")["metadata"] == {"0": "a"}
    assert refusal(f"amount=500&currency=usd&metadata[{'n' * 41}]=a").details["param"]
    assert refusal("amount=500&currency=usd&metadata[a]=" + "v" * 501).details["param"]


def test_a_time_may_be_a_number_or_an_interval() -> None:
    events = Schema(v1.EventListParams)

    assert read("created=5", events) == {"created": 5}
    assert read("created[gte]=5&types[0]=charge.updated", events) == {
        "created": {"gte": 5},
        "types": ["charge.updated"],
    }
    assert refusal("created[from]=5", events).details["param"] == "created[from]"


def test_json_must_have_its_types_already() -> None:
    capability = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
    given = {"configuration": {"recipient": {"capabilities": capability}}}

    assert ACCOUNT.read(given) == given
    with pytest.raises(ApiError, match="Invalid boolean"):
        ACCOUNT.read(
            {
                "configuration": {
                    "recipient": {
                        "capabilities": {
                            "stripe_balance": {"stripe_transfers": {"requested": "true"}}
                        }
                    }
                }
            }
        )


@pytest.mark.parametrize(
    "text",
    [
        "a[b=1",
        "a]=1",
        "a=1&a[b]=2",
        "a[b]=1&a=2",
        "a[b]=1&a[b][c]=2",
        "a" + "[b]" * 9 + "=1",
        "&".join(f"a{n}=1" for n in range(1_001)),
    ],
)
def test_a_form_that_makes_no_tree_is_refused(text: str) -> None:
    with pytest.raises(ApiError):
        forms.read(text)


def test_arrays_are_hashes_that_count_from_nothing() -> None:
    assert forms.read("a[]=x&a[]=y") == {"a": ["x", "y"]}
    assert forms.read("a[0][b]=x&a[1][b]=y") == {"a": [{"b": "x"}, {"b": "y"}]}
    assert forms.read("a[1]=x") == {"a": {"1": "x"}}
