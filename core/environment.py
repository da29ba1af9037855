"""Reading settings out of an environment that a root hands over."""

from collections.abc import Mapping
from ipaddress import ip_address

MAX_PORT = 65_535


class ConfigError(Exception):
    """The environment lacks something, or holds something that can't be."""


def required(env: Mapping[str, str], name: str) -> str:
    """The text of that name."""
    if not env.get(name):
        raise ConfigError(f"{name} is not set")
    return env[name]


def ip(env: Mapping[str, str], name: str, default: str | None = None) -> str:
    """An IP address; required if there is no default."""
    text = required(env, name) if default is None else env.get(name) or default
    try:
        ip_address(text)
    except ValueError as error:
        raise ConfigError(f"{name} must be an IP address, not {text!r}") from error
    return text


def whole_number(env: Mapping[str, str], name: str, default: int, *, at_most: int) -> int:
    """A whole number from 0 to `at_most`."""
    text = env.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and int(text) <= at_most):
        raise ConfigError(f"{name} must be a whole number up to {at_most}, not {text!r}")
    return int(text)
