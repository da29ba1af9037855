"""Test cards and what becomes of them (https://docs.stripe.com/testing)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card that Stripe knows in test mode, by number or by `token`.

    `declined`: (code, decline code, message). `asks`: 3-D Secure comes first. `refund`: what
    becomes of money that is sent back to it.
    """

    number: str
    token: str
    brand: str = "visa"
    declined: tuple[str, str, str] | None = None
    asks: bool = False
    disputed: bool = False
    refund: str = "succeeded"

    @property
    def last4(self) -> str:
        """As shown to people."""
        return self.number[-4:]


def _declined(number: str, token: str, code: str, decline_code: str, message: str) -> Card:
    return Card(number=number, token=token, declined=(code, decline_code, message))


CARDS = (
    Card(number="4242424242424242", token="pm_card_visa"),
    Card(number="5555555555554444", token="pm_card_mastercard", brand="mastercard"),
    Card(number="378282246310005", token="pm_card_amex", brand="amex"),
    Card(number="4000000000000077", token="pm_card_bypassPending"),
    Card(number="4000000000000259", token="pm_card_createDispute", disputed=True),
    Card(number="4000000000005126", token="pm_card_refundFail", refund="failed"),
    Card(number="4000000000007726", token="pm_card_pendingRefund", refund="pending"),
    Card(number="4000002500003155", token="pm_card_authenticationRequiredOnSetup", asks=True),
    Card(number="4000002760003184", token="pm_card_authenticationRequired", asks=True),
    _declined(
        "4000000000000002",
        "pm_card_chargeDeclined",
        "card_declined",
        "generic_decline",
        "Your card was declined.",
    ),
    _declined(
        "4000000000009995",
        "pm_card_chargeDeclinedInsufficientFunds",
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    _declined(
        "4000000000009987",
        "pm_card_chargeDeclinedLostCard",
        "card_declined",
        "lost_card",
        "Your card was declined.",
    ),
    _declined(
        "4000000000000069",
        "pm_card_chargeDeclinedExpiredCard",
        "expired_card",
        "expired_card",
        "Your card has expired.",
    ),
    _declined(
        "4000000000000127",
        "pm_card_chargeDeclinedIncorrectCvc",
        "incorrect_cvc",
        "incorrect_cvc",
        "Your card's security code is incorrect.",
    ),
    _declined(
        "4000000000000119",
        "pm_card_chargeDeclinedProcessingError",
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {card.token: card for card in CARDS} | {
    card.token.replace("pm_card_", "pm_card_visa_"): card for card in CARDS if card.declined
}


def passes_luhn(number: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]  # noqa: PLR2004 - the algorithm
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
