"""What things are called in the local account."""

ACCOUNT = "123456789012"
REGION = "us-east-1"
PREFIX = "stoa-"
MAIL_DOMAIN = "stoa.test"  # RFC 2606: nobody's, ever
DEMO_HANDLE = "stoa"
MODERATOR_HANDLE = "moderator"
MODERATORS = "moderators"


def function_arn(name: str) -> str:
    """A function's name in full."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{PREFIX}{name}"


def queue_arn(queue_name: str) -> str:
    """A queue's name in full, its prefix being a part of it already."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue_name}"


def role_arn(name: str) -> str:
    """A role's name in full."""
    return f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}{name}"
