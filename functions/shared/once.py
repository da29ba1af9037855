"""Idempotency-Key: a repeated POST gets the first answer.

The header is that of draft-ietf-httpapi-idempotency-key-header.

Answers are kept for a day by Powertools' idempotency records. A key belongs to the path and to its
caller, or to an anonymous caller's address; sent again with another body it is refused, as is a
repeat while the first is under way. A refusal leaves nothing behind: the key may be tried again.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyValidationError,
)
from chalice.app import Response

from core.dynamo import Database
from core.errors import Conflict, Invalid
from core.tables import IDEMPOTENCY
from functions.shared.callers import Caller
from functions.shared.gateway_event import Request

KEPT = 24 * 3600


class Once:
    """First answers, kept in the idempotency table."""

    def __init__(self, database: Database) -> None:
        self._store = DynamoDBPersistenceLayer(
            table_name=database.table(IDEMPOTENCY).name,
            key_attr="pk",
            expiry_attr="expires_at",
            validation_key_attr="fingerprint",
        )

    def first_answer(
        self,
        execute: Callable[[], Response],
        *,
        key: str,
        caller: Caller | None,
        request: Request,
        context: Any,
    ) -> Response:
        """Execute, or what executing gave the first time.

        `context` is Lambda's: a first request that dies with its function blocks no longer than it.
        """
        whose = caller.account_id if caller else f"anonymous at {request.source_ip}"

        config = IdempotencyConfig(
            event_key_jmespath="key",
            payload_validation_jmespath="body",
            expires_after_seconds=KEPT,
            lambda_context=context,
        )

        @idempotent_function(  # type: ignore[untyped-decorator]  # Powertools leaves it untyped
            data_keyword_argument="data",
            persistence_store=self._store,
            config=config,
            key_prefix="post",
        )
        def once(*, data: dict[str, str]) -> dict[str, Any]:  # noqa: ARG001 - read by the decorator
            answer = execute()
            return {
                "body": answer.body,
                "status_code": answer.status_code,
                "headers": answer.headers,
            }

        data = {
            "key": f"{whose} {request.path} {key}",
            "body": hashlib.sha256(request.body).hexdigest(),
        }
        try:
            return Response(**once(data=data))
        except IdempotencyAlreadyInProgressError as error:
            detail = "The first request with this key is still under way."
            raise Conflict("request_in_progress", detail) from error
        except IdempotencyValidationError as error:
            detail = "This key was used with another body."
            raise Invalid("idempotency_key_reused", detail) from error
