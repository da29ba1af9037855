import pytest
import stripe as library
from stripe import StripeClient
from stripe.params import ChargeListParams, EventListParams

from local.stripe.core import Stripe
from tests.local.stripe.scene import Clock, Pay, Sale


@pytest.fixture
def intents(client: StripeClient, sale: Sale, clock: Clock) -> list[str]:
    """Seven, the newest first."""
    names = []
    for _ in range(7):
        names.append(client.v1.payment_intents.create(sale()).id)
        clock.pass_by(seconds=1)
    return names[::-1]


def test_pages_follow_one_another_from_the_newest_on(
    client: StripeClient, intents: list[str]
) -> None:
    first = client.v1.payment_intents.list({"limit": 3})
    all_of_them = [it.id for it in first.auto_paging_iter()]

    assert [it.id for it in first.data] == intents[:3]
    assert first.has_more
    assert all_of_them == intents


def test_pages_can_be_turned_back(client: StripeClient, intents: list[str]) -> None:
    page = client.v1.payment_intents.list({"limit": 2, "ending_before": intents[5]})
    backwards = [it.id for it in page.auto_paging_iter()]

    assert [it.id for it in page.data] == intents[3:5]
    assert page.has_more
    assert backwards == intents[:5][::-1]


def test_a_list_can_be_of_a_time(client: StripeClient, intents: list[str], clock: Clock) -> None:
    since = int(clock.now.timestamp()) - 3

    found = client.v1.payment_intents.list({"created": {"gte": since, "lt": since + 2}})

    assert [it.id for it in found.data] == intents[1:3]


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 101},
        {"starting_after": "ch_nothing"},
        {"ending_before": "ch_nothing"},
        {"starting_after": "ch_1", "ending_before": "ch_2"},
    ],
)
def test_a_page_that_can_not_be_is_refused(client: StripeClient, params: ChargeListParams) -> None:
    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.charges.list(params)

    assert caught.value.param in params


@pytest.mark.parametrize(
    ("params", "kinds"),
    [
        ({"type": "payment_intent.succeeded"}, ["payment_intent.succeeded"]),
        ({"type": "charge.*"}, ["charge.succeeded"]),
        (
            {"types": ["charge.succeeded", "payment_intent.created"]},
            ["charge.succeeded", "payment_intent.created"],
        ),
        ({"delivery_success": False}, []),
    ],
)
def test_events_can_be_of_a_kind(
    client: StripeClient, pay: Pay, params: EventListParams, kinds: list[str]
) -> None:
    pay()

    assert [it.type for it in client.v1.events.list(params).data] == kinds


def test_an_event_shows_its_object_as_it_was(client: StripeClient, sale: Sale) -> None:
    intent = client.v1.payment_intents.create(sale(), {"idempotency_key": "hold-1"})
    client.v1.payment_intents.cancel(intent.id)

    newest, oldest = client.v1.events.list().data
    assert [it.data.object["status"] for it in (oldest, newest)] == [
        "requires_payment_method",
        "canceled",
    ]
    assert oldest.request is not None
    assert oldest.request.idempotency_key == "hold-1"
    assert client.v1.events.retrieve(oldest.id).data.object["id"] == intent.id


def test_events_are_listed_for_thirty_days(client: StripeClient, pay: Pay, clock: Clock) -> None:
    pay()
    clock.pass_by(days=31)
    client.v1.charges.list()

    kinds = {it.type for it in client.v1.events.list({"limit": 100}).data}
    assert "payment_intent.succeeded" not in kinds


def test_too_many_kinds_or_both_ways_to_name_them_are_refused(client: StripeClient) -> None:
    for params in ({"types": ["a"] * 21}, {"type": "a", "types": ["a"]}):
        with pytest.raises(library.InvalidRequestError):
            client.v1.events.list(params)


class TestExpand:
    def test_puts_objects_in_place_of_their_names(
        self, client: StripeClient, pay: Pay, clock: Clock
    ) -> None:
        intent = pay()
        clock.pass_by(seconds=1)
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})

        full = client.v1.payment_intents.retrieve(
            intent.id,
            {
                "expand": [
                    "latest_charge.balance_transaction",
                    "latest_charge.transfer.destination_payment",
                    "latest_charge.refunds",
                ]
            },
        )

        charge = full.latest_charge
        assert isinstance(charge, library.Charge)
        assert isinstance(charge.balance_transaction, library.BalanceTransaction)
        assert isinstance(charge.transfer, library.Transfer)
        assert isinstance(charge.transfer.destination_payment, library.Charge)
        assert charge.refunds is not None
        assert [it.amount for it in charge.refunds.data] == [100]

    def test_reaches_into_lists(self, client: StripeClient, pay: Pay) -> None:
        pay()

        listed = client.v1.payment_intents.list({"expand": ["data.latest_charge"]})

        assert isinstance(listed.data[0].latest_charge, library.Charge)

    @pytest.mark.parametrize("path", ["nothing", "status", "a.b.c.d.e"])
    def test_says_what_it_can_not_do(self, client: StripeClient, sale: Sale, path: str) -> None:
        with pytest.raises(library.InvalidRequestError, match="expand"):
            client.v1.payment_intents.create(sale(expand=[path]))


def test_an_unknown_address_is_named(stripe: Stripe, clock: Clock) -> None:
    headers = {"Authorization": "Bearer sk_test_local"}

    answer = stripe.request("GET", "/v1/nothing", headers=headers, now=clock.now)

    assert answer.status == 404
    assert "Unrecognized request URL (GET: /v1/nothing)" in answer.body


def test_what_is_not_there_is_not_found(client: StripeClient) -> None:
    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.payment_intents.retrieve("pi_nothing")

    assert caught.value.http_status == 404
    assert caught.value.code == "resource_missing"
