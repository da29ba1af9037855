"""What answers tell browsers, beside what they say: those of the API, and those that bring a page.

CloudFront, or the local gateway, gives the pages' headers to whatever has none of its own.
https://docs.stripe.com/security/guide#content-security-policy lists what Stripe.js needs.
"""

from collections.abc import Iterable, Mapping

NO_SNIFFING = ("X-Content-Type-Options", "nosniff")

OF_ANSWERS: Mapping[str, str] = dict(
    [
        NO_SNIFFING,
        # Almost all of them are for one caller, and some have a token in them.
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("Referrer-Policy", "no-referrer"),
    ]
)
"""Of every answer of a door, unless it says otherwise."""

PERMISSIONS = "microphone=(self), payment=(self), camera=(), display-capture=(), geolocation=()"
REFERRERS = "strict-origin-when-cross-origin"
STRIPE_SCRIPTS = ("https://js.stripe.com", "https://*.js.stripe.com")
STRIPE_FRAMES = (*STRIPE_SCRIPTS, "https://hooks.stripe.com")
STRIPE_API = "https://api.stripe.com"


def of_pages(tills: Iterable[str] = ()) -> dict[str, str]:
    """The headers of pages, without what only HTTPS can promise. `tills` as below."""
    return dict(
        [
            NO_SNIFFING,
            ("Content-Security-Policy", content_security_policy(tills=tills)),
            ("Permissions-Policy", PERMISSIONS),
            ("Referrer-Policy", REFERRERS),
            ("X-Frame-Options", "DENY"),
        ]
    )


def content_security_policy(connects: Iterable[str] = (), *, tills: Iterable[str] = ()) -> str:
    """CSP level 3 of the pages.

    `connects` are origins that they call, `tills` those that take payments, beside Stripe's.
    """
    tills = tuple(tills)
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *STRIPE_SCRIPTS, *tills],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],  # Stripe.js gives its frames style attributes
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:", "https:"],
        "manifest-src": ["'self'"],
        "media-src": ["'self'", "blob:", "mediastream:"],
        "connect-src": ["'self'", STRIPE_API, *tills, *connects],
        "frame-src": [*STRIPE_FRAMES, *tills],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(" ".join([name, *values]) for name, values in directives.items())
