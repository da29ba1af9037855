"""What each kind of object looks like: its id's prefix, and its members that begin empty."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Shape:
    """An object of the API. `nulls` are named in one string, as a table would be too long."""

    prefix: str
    nulls: str = ""
    has_livemode: bool = True
    has_metadata: bool = True

    def blank(self) -> dict[str, Any]:
        """Its members before anything is known of it."""
        members: dict[str, Any] = dict.fromkeys(self.nulls.split())
        if self.has_livemode:
            members["livemode"] = False
        if self.has_metadata:
            members["metadata"] = {}
        return members


SHAPES = {
    "payment_intent": Shape(
        "pi",
        """allowed_payment_method_types application application_fee_amount
        automatic_payment_methods canceled_at cancellation_reason customer customer_account
        description excluded_payment_method_types last_payment_error latest_charge
        managed_payments next_action on_behalf_of payment_method
        payment_method_configuration_details processing receipt_email review setup_future_usage
        shipping source statement_descriptor statement_descriptor_suffix transfer_data
        transfer_group""",
    ),
    "payment_method": Shape("pm", "allow_redisplay customer customer_account"),
    "charge": Shape(
        "ch",
        """application application_fee application_fee_amount balance_transaction customer
        description failure_balance_transaction failure_code failure_message on_behalf_of outcome
        payment_method payment_method_details radar_options receipt_email receipt_number receipt_url
        review shipping source source_transfer statement_descriptor statement_descriptor_suffix
        transfer transfer_data transfer_group""",
    ),
    "balance_transaction": Shape(
        "txn", "description exchange_rate source", has_livemode=False, has_metadata=False
    ),
    "refund": Shape(
        "re",
        """balance_transaction customer customer_account description destination_details
        failure_balance_transaction failure_reason next_action payment_intent payment_method
        pending_reason reason receipt_number source_transfer_reversal transfer_reversal""",
        has_livemode=False,
    ),
    "transfer": Shape(
        "tr",
        "balance_transaction description destination_payment source_transaction transfer_group",
    ),
    "transfer_reversal": Shape(
        "trr",
        "balance_transaction destination_payment_refund source_refund",
        has_livemode=False,
    ),
    "application_fee": Shape(
        "fee", "application balance_transaction fee_source", has_metadata=False
    ),
    "fee_refund": Shape("fr", "balance_transaction", has_livemode=False),
    "dispute": Shape("du", "network_reason_code payment_intent"),
    "event": Shape("evt", has_metadata=False),
    "webhook_endpoint": Shape("we", "application description"),
    "v2.core.account": Shape(
        "acct",
        """closed configuration contact_email contact_phone dashboard defaults display_name
        future_requirements identity requirements""",
    ),
    "v2.core.event": Shape("evt", "changes context reason", has_metadata=False),
}
