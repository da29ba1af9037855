"""What moto keeps of messages to phones and of letters."""

import email.policy
import json
from email import message_from_string
from email.message import EmailMessage

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends


def pushed() -> list[tuple[str, str]]:
    """By the token of a phone, what it was told."""
    sns = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
    return [
        (endpoint.token, json.loads(text)["default"])
        for endpoint in sns.platform_endpoints.values()
        for text in endpoint.messages.values()
    ]


def mailed() -> list[EmailMessage]:
    """Letters, in the order of being sent."""
    sent = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    return [message_from_string(each.raw_data, policy=email.policy.SMTP) for each in sent]
