"""The endpoints there are."""

from collections.abc import Mapping

from stripe import params as v1
from stripe.params.v2 import core as v2

from local.stripe import (
    connect,
    disputes,
    fees,
    intents,
    methods,
    refunds,
    reversals,
    subscriptions,
)
from local.stripe.books import balance
from local.stripe.call import Call
from local.stripe.errors import ApiError, Obj
from local.stripe.lists import listing, listing_of, retrieving
from local.stripe.route import Route
from local.stripe.state import State

PAGED = "created ending_before limit starting_after"


def _balance(state: State, call: Call) -> Obj:
    return balance(state, call.owner)


INTENT = "amount currency description metadata receipt_email statement_descriptor_suffix"
CONFIRM = "payment_method return_url use_stripe_sdk"
ROUTES = (
    Route(
        "POST",
        "/v1/payment_intents",
        intents.create,
        v1.PaymentIntentCreateParams,
        f"{INTENT} {CONFIRM} application_fee_amount automatic_payment_methods capture_method"
        " confirm transfer_data transfer_group",
    ),
    Route(
        "GET",
        "/v1/payment_intents",
        listing("payment_intent"),
        v1.PaymentIntentListParams,
        PAGED,
    ),
    Route(
        "GET",
        "/v1/payment_intents/{id}",
        intents.retrieve,
        v1.PaymentIntentRetrieveParams,
        "client_secret",
        public=True,
    ),
    Route(
        "POST",
        "/v1/payment_intents/{id}",
        intents.update,
        v1.PaymentIntentUpdateParams,
        f"{INTENT} application_fee_amount transfer_group",
    ),
    Route(
        "POST",
        "/v1/payment_intents/{id}/confirm",
        intents.confirm,
        v1.PaymentIntentConfirmParams,
        CONFIRM,
        public=True,
    ),
    Route(
        "POST",
        "/v1/payment_intents/{id}/cancel",
        intents.cancel,
        v1.PaymentIntentCancelParams,
        "cancellation_reason",
    ),
    Route(
        "POST",
        "/v1/payment_methods",
        methods.create,
        v1.PaymentMethodCreateParams,
        "billing_details card type",
        public=True,
    ),
    Route(
        "GET",
        "/v1/payment_methods/{id}",
        retrieving("payment_method"),
        v1.PaymentMethodRetrieveParams,
    ),
    Route(
        "POST",
        "/v1/refunds",
        refunds.create,
        v1.RefundCreateParams,
        "amount charge metadata payment_intent reason refund_application_fee reverse_transfer",
    ),
    Route(
        "GET",
        "/v1/refunds",
        listing("refund", "charge", "payment_intent"),
        v1.RefundListParams,
        f"{PAGED} charge payment_intent",
    ),
    Route("GET", "/v1/refunds/{id}", retrieving("refund"), v1.RefundRetrieveParams),
    Route(
        "GET",
        "/v1/charges",
        listing("charge", "payment_intent", "transfer_group"),
        v1.ChargeListParams,
        f"{PAGED} payment_intent transfer_group",
    ),
    Route("GET", "/v1/charges/{id}", retrieving("charge"), v1.ChargeRetrieveParams),
    Route(
        "GET",
        "/v1/balance_transactions",
        listing("balance_transaction", "currency", "source", "type"),
        v1.BalanceTransactionListParams,
        f"{PAGED} currency source type",
    ),
    Route(
        "GET",
        "/v1/balance_transactions/{id}",
        retrieving("balance_transaction"),
        v1.BalanceTransactionRetrieveParams,
    ),
    Route("GET", "/v1/balance", _balance, v1.BalanceRetrieveParams),
    Route(
        "POST",
        "/v1/transfers",
        reversals.create_transfer,
        v1.TransferCreateParams,
        "amount currency description destination metadata source_transaction transfer_group",
    ),
    Route(
        "GET",
        "/v1/transfers",
        listing("transfer", "destination", "transfer_group"),
        v1.TransferListParams,
        f"{PAGED} destination transfer_group",
    ),
    Route("GET", "/v1/transfers/{id}", retrieving("transfer"), v1.TransferRetrieveParams),
    Route(
        "POST",
        "/v1/transfers/{id}/reversals",
        reversals.create,
        v1.TransferReversalCreateParams,
        "amount metadata",
    ),
    Route(
        "GET",
        "/v1/transfers/{id}/reversals",
        listing_of("transfer_reversal", "transfer"),
        v1.TransferReversalListParams,
        PAGED,
    ),
    Route(
        "GET",
        "/v1/application_fees",
        listing("application_fee", "charge"),
        v1.ApplicationFeeListParams,
        f"{PAGED} charge",
    ),
    Route(
        "GET",
        "/v1/application_fees/{id}",
        retrieving("application_fee"),
        v1.ApplicationFeeRetrieveParams,
    ),
    Route(
        "POST",
        "/v1/application_fees/{id}/refunds",
        fees.create_refund,
        v1.ApplicationFeeRefundCreateParams,
        "amount metadata",
    ),
    Route(
        "GET",
        "/v1/application_fees/{id}/refunds",
        listing_of("fee_refund", "fee"),
        v1.ApplicationFeeRefundListParams,
        PAGED,
    ),
    Route(
        "GET",
        "/v1/disputes",
        listing("dispute", "charge", "payment_intent"),
        v1.DisputeListParams,
        f"{PAGED} charge payment_intent",
    ),
    Route("GET", "/v1/disputes/{id}", retrieving("dispute"), v1.DisputeRetrieveParams),
    Route(
        "POST",
        "/v1/disputes/{id}",
        disputes.update,
        v1.DisputeUpdateParams,
        "evidence metadata submit",
    ),
    Route("POST", "/v1/disputes/{id}/close", disputes.close, v1.DisputeCloseParams),
    Route(
        "GET",
        "/v1/events",
        subscriptions.list_events,
        v1.EventListParams,
        f"{PAGED} delivery_success type types",
    ),
    Route("GET", "/v1/events/{id}", retrieving("event"), v1.EventRetrieveParams),
    Route(
        "POST",
        "/v1/webhook_endpoints",
        subscriptions.create,
        v1.WebhookEndpointCreateParams,
        "description enabled_events metadata url",
    ),
    Route(
        "GET",
        "/v1/webhook_endpoints",
        listing("webhook_endpoint"),
        v1.WebhookEndpointListParams,
        PAGED,
    ),
    Route(
        "POST",
        "/v2/core/accounts",
        connect.create_account,
        v2.AccountCreateParams,
        "configuration contact_email dashboard defaults display_name identity metadata",
    ),
    Route("GET", "/v2/core/accounts/{id}", connect.retrieve_account, v2.AccountRetrieveParams),
    Route(
        "POST",
        "/v2/core/account_links",
        connect.create_link,
        v2.AccountLinkCreateParams,
        "account use_case",
    ),
    Route("GET", "/v2/core/events/{id}", connect.retrieve_event, v2.EventRetrieveParams),
)


def find(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The endpoint and the names in the path; ApiError if there is none."""
    for route in ROUTES:
        names = route.match(method, path)
        if names is not None:
            return route, names
    message = f"Unrecognized request URL ({method}: {path})."
    raise ApiError(message, status=404)
