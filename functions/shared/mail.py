"""Letters by e-mail, through Amazon SES (API v2, raw MIME: RFC 5322, 2045)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.errors import Unavailable

if TYPE_CHECKING:
    from email.headerregistry import Address

    from mypy_boto3_sesv2 import SESV2Client

SES = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=2, read_timeout=5)
RETRY_AFTER = 30
# What SES says of a letter that it would not take tomorrow either.
REFUSALS = ("BadRequestException", "MessageRejected")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter, and its content type with the parameters."""

    name: str
    content_type: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One e-mail to one address, the same said as text and as HTML."""

    to: str = field(repr=False)
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


class Mailer:
    """Sends letters from an address that SES knows to be ours, such as `Stoa <a@stoa.example>`."""

    def __init__(self, ses: "SESV2Client", sender: str) -> None:
        self._ses = ses
        self._sender = sender

    def send(self, letter: Letter) -> bool:
        """Whether SES took the letter; False if it never will. Unavailable `mail_unavailable`."""
        try:
            to = address(letter.to)
        except ValueError:
            log.warning("letter.address_wrong")
            return False
        try:
            self._ses.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [to.addr_spec]},
                Content={"Raw": {"Data": mime(letter, self._sender, to)}},
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in REFUSALS:
                raise unavailable() from error
            log.warning("letter.refused", extra={"reason": code})
            return False
        except BotoCoreError as error:
            raise unavailable() from error
        return True


def address(text: str) -> "Address":
    """Where a letter goes; ValueError for what is no address, or none that SES writes to."""
    from email.errors import HeaderParseError
    from email.headerregistry import Address

    if not text.isascii():
        raise ValueError("SES takes ASCII addresses only")
    try:
        return Address(addr_spec=text)
    except (HeaderParseError, IndexError) as error:  # of a text that ends too early, by version
        raise ValueError("this is no address") from error


def mime(letter: Letter, sender: str, to: "Address") -> bytes:
    """The letter as it is sent.

    The text comes first and the HTML last: readers show the last that they can (RFC 2046, 5.1.4).
    It asks not to be answered by machines (RFC 3834).
    """
    from email.message import EmailMessage
    from email.policy import SMTP

    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = sender
    message["To"] = to
    message["Subject"] = " ".join(letter.subject.split())
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for attachment in letter.attachments:
        kind, _, subtype = attachment.content_type.partition("/")
        message.add_attachment(
            attachment.data,
            maintype=kind,
            subtype=subtype,
            params=dict(attachment.parameters),
            filename=attachment.name,
        )
    return message.as_bytes()


def unavailable() -> Unavailable:
    """The letter is not sent; it can be tried again."""
    detail = "E-mail can't be sent just now; try again."
    return Unavailable("mail_unavailable", detail, retry_after=RETRY_AFTER)
