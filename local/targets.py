"""What EventBridge Scheduler calls: functions, which Lambda then runs by itself, and queues."""

import json
from collections.abc import Mapping

from local.lambda_events import EventFunction, LambdaEvents
from local.lambdas import Throttled
from local.schedules import Delivery
from local.sqs.service import Sqs
from local.sqs.wire import Refused


class NotDelivered(Exception):
    """The target's service says no. If `for_good`, it will say so tomorrow, too."""

    def __init__(self, code: str, detail: str, *, for_good: bool = False) -> None:
        super().__init__(detail)
        self.code = code
        self.for_good = for_good


class Targets:
    """Functions by their ARNs, and every queue."""

    def __init__(
        self, functions: Mapping[str, EventFunction], events: LambdaEvents, sqs: Sqs
    ) -> None:
        self._functions = functions
        self._events = events
        self._sqs = sqs

    async def tell(self, delivery: Delivery) -> None:
        """Hand the text to the target; NotDelivered."""
        arn = delivery.schedule.target.arn
        if ":lambda:" in arn:
            self._invoke(arn, delivery.text)
        elif ":sqs:" in arn:
            await self._send(arn, delivery.text)
        else:
            raise NotDelivered("UnknownTarget", f"Nothing here is {arn}.", for_good=True)

    async def bury(self, delivery: Delivery, error: NotDelivered, exhausted: str | None) -> None:
        """Send what could not be delivered to the schedule's dead letters, if it has any.

        https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
        """
        if delivery.schedule.target.dead_letters is None:
            return
        called, parameters = api_call(delivery)
        said = {
            "ERROR_CODE": error.code,
            "ERROR_MESSAGE": str(error),
            "EXECUTION_ID": delivery.execution_id,
            "IS_PAYLOAD_TRUNCATED": "false",
            "RETRY_ATTEMPTS": str(delivery.attempt - 1),
            "SCHEDULED_TIME": f"{delivery.time:%Y-%m-%dT%H:%M:%SZ}",
            "SCHEDULE_ARN": delivery.schedule.arn,
            "TARGET_ARN": f"arn:aws:scheduler:::aws-sdk:{called}",
        } | ({"EXHAUSTED_RETRY_CONDITION": exhausted} if exhausted else {})
        attributes = {
            name: {"DataType": "String", "StringValue": value} for name, value in said.items()
        }
        await self._send(delivery.schedule.target.dead_letters, json.dumps(parameters), attributes)

    def _invoke(self, arn: str, text: str) -> None:
        function = self._functions.get(arn)
        if function is None:
            detail = f"Function not found: {arn}"
            raise NotDelivered("ResourceNotFoundException", detail, for_good=True)
        try:
            payload = json.loads(text)
        except ValueError as error:
            detail = "Could not parse request body into json."
            raise NotDelivered("InvalidRequestContentException", detail, for_good=True) from error
        try:
            self._events.put(function, payload)
        except Throttled as error:
            raise NotDelivered("TooManyRequestsException", "Rate Exceeded.") from error

    async def _send(
        self, arn: str, text: str, attributes: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        message = {"QueueUrl": arn, "MessageBody": text, "MessageAttributes": attributes or {}}
        try:
            await self._sqs.call("SendMessage", message)
        except Refused as refusal:
            raise NotDelivered(refusal.older, str(refusal)) from refusal


def api_call(delivery: Delivery) -> tuple[str, Mapping[str, str]]:
    """The call that a delivery is: its service and operation, and its parameters."""
    arn = delivery.schedule.target.arn
    if ":sqs:" in arn:
        return "sqs:sendMessage", {"MessageBody": delivery.text, "QueueUrl": arn}
    call = {"FunctionName": arn, "InvocationType": "Event", "Payload": delivery.text}
    return "lambda:invoke", call
