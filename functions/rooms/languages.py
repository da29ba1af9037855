"""Language tags (BCP 47): how they are written, and which is part of which. Pure rules."""

SCRIPT, REGION = 4, 2


def canonical(tag: str) -> str:
    """The tag as RFC 5646 section 2.1.1 would have it: `de-CH`, `zh-Hans-TW`."""
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *map(subtag, rest)])


def subtag(part: str) -> str:
    """Regions in capitals, scripts with one, all else in small letters."""
    if len(part) == REGION:
        return part.upper()
    return part.title() if len(part) == SCRIPT and part.isalpha() else part.lower()


def speaks(tag: str, wanted: str) -> bool:
    """Whether a language is the wanted one, or a kind of it, as `en-GB` is of `en` (RFC 4647)."""
    return tag == wanted or tag.startswith(f"{wanted}-")
