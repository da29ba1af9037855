"""What no log may hold: secrets, and what only its owner should read."""

import re

SECRETS = {
    "a JSON Web Token": re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\."),
    "a key or secret of Stripe's": re.compile(r"\b(?:sk|rk|whsec)_\w{6,}|\b\w+_secret_\w{8,}"),
    "an address for letters": re.compile(r"[\w.+-]+@[\w-]+\.test\b"),
    "a password of ICE": re.compile(r"ice-pwd"),
}


def leaked(text: str, *more: str) -> list[str]:
    """What is in this text, by kind, that should not be; `more` are further secrets."""
    found = [kind for kind, pattern in SECRETS.items() if pattern.search(text)]
    return found + ["a room secret" for secret in more if secret in text]
