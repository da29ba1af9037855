"""Push messages through Amazon SNS mobile push, to the endpoints that stand for devices."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from core.errors import Unavailable
from functions.accounts import actions as accounts
from functions.accounts.model import Device, Platform
from functions.accounts.store import AccountStore
from functions.reminders.payloads import PushMessage

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

AT_ONCE = 16
"""Messages under way at a time; a connection each."""

# One attempt by botocore: how often and how soon to try again is decided here, with jitter.
SNS = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=2,
    read_timeout=3,
    max_pool_connections=AT_ONCE,
)
THROTTLED = frozenset({"Throttled", "Throttling", "ThrottledException", "ThrottlingException"})
AWAY = THROTTLED | {"InternalError", "InternalErrorException", "ServiceUnavailable"}
GONE = frozenset({"EndpointDisabled", "NotFound"})
# SNS says `InvalidParameter` of our own mistakes, too: only these are about the device.
DEVICE_IS_WRONG = re.compile(r"\b(TargetArn|Token)\b")
ALREADY = re.compile(r"Endpoint (arn:\S+) already exists")


class PushAway(Unavailable):
    """SNS can't take this now, nor could it after some patience."""

    def __init__(self) -> None:
        super().__init__("push_unavailable", "Push messages can't be sent now.", retry_after=30)


class PushRefused(Unavailable):
    """SNS takes nothing of the kind from us: somebody has to look at it."""

    def __init__(self, code: str) -> None:
        super().__init__("push_refused", f"SNS says {code}.", retry_after=300)


class DeviceGone(Exception):
    """There is nobody at this device any more."""


patiently = retry(
    retry=retry_if_exception_type(PushAway),
    wait=wait_random_exponential(multiplier=0.1, max=2),
    stop=stop_after_attempt(5) | stop_after_delay(5),
    reraise=True,
)


class Push:
    """One deployment's platform applications. Safe under threads, as the client is."""

    def __init__(
        self, sns: "SNSClient", applications: Mapping[Platform, str], store: AccountStore
    ) -> None:
        self._sns = sns
        self._applications = applications
        self._accounts = store

    def send(self, account_id: str, device: Device, message: PushMessage) -> bool:
        """Whether SNS took it; False if the device is dead, which is remembered.

        PushAway, PushRefused.
        """
        try:
            self._publish(self.prepare(account_id, device), message)
        except DeviceGone:
            accounts.device_died(self._accounts, account_id, device)
            return False
        return True

    def can_reach(self, device: Device) -> bool:
        """Whether there is any sense in sending to it."""
        return not device.dead and device.platform in self._applications

    def prepare(self, account_id: str, device: Device) -> str:
        """The device's endpoint, made if there is none. DeviceGone, PushAway, PushRefused."""
        if device.endpoint:
            return device.endpoint
        endpoint = self._make(self._applications[device.platform], device.token)
        accounts.device_reached_at(self._accounts, account_id, device, endpoint)
        return endpoint

    @patiently
    def _make(self, application: str, token: str) -> str:
        """An endpoint of this token that takes messages, whoever had it before.

        https://docs.aws.amazon.com/sns/latest/dg/mobile-platform-endpoint.html
        """
        try:
            made = self._sns.create_platform_endpoint(
                PlatformApplicationArn=application, Token=token
            )
            endpoint = made["EndpointArn"]
        except ClientError as error:
            known = ALREADY.search(error.response["Error"]["Message"])
            if known is None:
                raise meaning(error) from error
            endpoint = known[1]
        except BotoCoreError as error:
            raise PushAway from error
        try:
            # A device that has just said where it is may have an endpoint that SNS gave up on.
            self._sns.set_endpoint_attributes(
                EndpointArn=endpoint, Attributes={"Enabled": "true", "Token": token}
            )
        except ClientError as error:
            raise meaning(error) from error
        except BotoCoreError as error:
            raise PushAway from error
        return endpoint

    @patiently
    def _publish(self, endpoint: str, message: PushMessage) -> None:
        try:
            self._sns.publish(
                TargetArn=endpoint,
                MessageStructure="json",
                Message=message.body,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in message.attributes.items()
                },
            )
        except ClientError as error:
            raise meaning(error) from error
        except BotoCoreError as error:
            raise PushAway from error


def meaning(error: ClientError) -> Exception:
    """What SNS' refusal is about: itself, the device, or us."""
    told = error.response["Error"]
    if told["Code"] in AWAY:
        return PushAway()
    wrong = told["Code"] == "InvalidParameter" and DEVICE_IS_WRONG.search(told["Message"])
    if wrong or told["Code"] in GONE:
        return DeviceGone()
    return PushRefused(told["Code"])
