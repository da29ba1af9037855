"""Bodies of requests that are accepted."""

PROFILE = {"handle": "ada", "name": "Ada", "avatar_url": None}
DEVICE = {"platform": "apns", "token": "ab" * 32}
