import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe as library
from stripe import RequestOptions, StripeClient

from local.stripe.core import Stripe
from local.stripe.faults import Fault, Kind
from tests.local.stripe.scene import ACCOUNT, Clock, Pay, Sale

KEY: RequestOptions = {"idempotency_key": "hold-1"}


def test_the_same_request_is_carried_out_once(client: StripeClient, sale: Sale) -> None:
    first = client.v1.payment_intents.create(sale(), KEY)
    again = client.v1.payment_intents.create(sale(), KEY)

    assert again.id == first.id
    assert len(client.v1.payment_intents.list().data) == 1
    assert first.last_response is not None
    assert "idempotent-replayed" not in first.last_response.headers
    assert again.last_response is not None
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert again.last_response.headers["original-request"] == first.last_response.request_id


def test_a_refusal_is_remembered_as_well(client: StripeClient, pay: Pay, sale: Sale) -> None:
    intent = client.v1.payment_intents.create(sale())
    requests = []
    for _ in range(2):
        with pytest.raises(library.CardError) as caught:
            client.v1.payment_intents.confirm(
                intent.id,
                {"payment_method": "pm_card_chargeDeclined", "return_url": "https://stoa.test"},
                KEY,
            )
        requests.append(caught.value.headers.get("original-request"))

    assert requests[0] == requests[1]
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 1


def test_what_never_began_is_not_remembered(client: StripeClient, sale: Sale) -> None:
    with pytest.raises(library.InvalidRequestError):
        client.v1.payment_intents.create(sale(amount="many"), KEY)

    assert client.v1.payment_intents.create(sale(), KEY).status == "requires_payment_method"


def test_a_key_is_for_one_request_only(client: StripeClient, sale: Sale) -> None:
    intent = client.v1.payment_intents.create(sale(), KEY)

    with pytest.raises(library.IdempotencyError, match="same parameters") as other:
        client.v1.payment_intents.create(sale(amount=2_000), KEY)
    with pytest.raises(library.IdempotencyError, match="same endpoint"):
        client.v1.payment_intents.cancel(intent.id, {}, KEY)

    assert other.value.http_status == 400


def test_a_key_is_forgotten_after_a_day(client: StripeClient, sale: Sale, clock: Clock) -> None:
    first = client.v1.payment_intents.create(sale(), KEY)
    clock.pass_by(hours=23, minutes=59)
    kept = client.v1.payment_intents.create(sale(), KEY)
    clock.pass_by(minutes=1)
    forgotten = client.v1.payment_intents.create(sale(), KEY)

    assert kept.id == first.id
    assert forgotten.id != first.id


def test_accounts_of_api_v2_are_remembered_for_a_month(client: StripeClient, clock: Clock) -> None:
    first = client.v2.core.accounts.create(ACCOUNT, {"idempotency_key": "host-1"})
    clock.pass_by(days=29)

    again = client.v2.core.accounts.create(ACCOUNT, {"idempotency_key": "host-1"})

    assert again.id == first.id


def test_a_key_that_is_in_use_has_to_wait(
    client: StripeClient, stripe: Stripe, sale: Sale, clock: Clock
) -> None:
    stripe.faults.plan(Fault(kind=Kind.LATE, path="/v1/payment_intents", seconds=5))
    first = client.v1.payment_intents.create(sale(), KEY)

    with pytest.raises(library.APIError) as caught:
        client.v1.payment_intents.create(sale(), KEY)
    clock.pass_by(seconds=5)

    assert caught.value.http_status == 409
    # The library tells the code of an APIError only here.
    assert caught.value.error is not None
    assert caught.value.error.code == "idempotency_key_in_use"
    assert client.v1.payment_intents.create(sale(), KEY).id == first.id


def test_threads_with_one_key_make_one_payment(client: StripeClient, sale: Sale) -> None:
    start = threading.Barrier(8)
    params = sale()

    def create(_: int) -> str:
        start.wait()
        return client.v1.payment_intents.create(params, KEY).id

    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(create, range(8)))

    assert len(names) == 1


def test_a_key_has_an_end(client: StripeClient, sale: Sale) -> None:
    with pytest.raises(library.IdempotencyError):
        client.v1.payment_intents.create(sale(), {"idempotency_key": "k" * 256})
