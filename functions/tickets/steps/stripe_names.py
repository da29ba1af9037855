"""What Stripe calls the parts of a purchase's payment; asked for, if they aren't written down."""

from core.errors import Unavailable
from functions.tickets.parts import Parts
from functions.tickets.payments import Charge
from functions.tickets.rules.model import Purchase

RETRY_AFTER = 60


def intent_name(purchase: Purchase) -> str:
    """Its PaymentIntent: whatever was paid has one."""
    if purchase.intent_id is None:
        raise LookupError(f"{purchase.hold_id} was never to be paid")
    return purchase.intent_id


def transfer_name(parts: Parts, purchase: Purchase) -> str:
    """Where the host's part of it is to be had; Unavailable as long as there is no transfer."""
    known = purchase.second_transfer_id or purchase.transfer_id
    return known or _told(_charge(parts, purchase).transfer_id)


def fee_name(parts: Parts, purchase: Purchase) -> str:
    """The platform's fee on it; Unavailable as long as there is none."""
    return purchase.stripe_fee_id or _told(_charge(parts, purchase).stripe_fee_id)


def names(parts: Parts, purchase: Purchase) -> tuple[list[str], str | None]:
    """All transfers to the host, the payment's own first, and the fee: as far as there are any."""
    transfer, fee = purchase.transfer_id, purchase.stripe_fee_id
    if transfer is None:
        charge = _charge(parts, purchase)
        transfer, fee = charge.transfer_id, charge.stripe_fee_id
    return [name for name in (transfer, purchase.second_transfer_id) if name], fee


def _charge(parts: Parts, purchase: Purchase) -> Charge:
    charge = parts.payments.intent(intent_name(purchase)).charge
    return charge or Charge(charge_id="")


def _told(name: str | None) -> str:
    if name is None:
        detail = "Stripe is still working on this payment; try again."
        raise Unavailable("payments_unavailable", detail, retry_after=RETRY_AFTER)
    return name
