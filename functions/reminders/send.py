"""Works off the queues of rounds: see `walk` and `rounds`."""

import logging
from collections.abc import Mapping
from typing import Any

from core.clock import utc_now
from functions.reminders.messages import Round
from functions.reminders.root import parts_of
from functions.reminders.rounds import Busy, Lost
from functions.reminders.walk import Unfinished, walk
from functions.shared.aws import environment

MARGIN = 12_000
"""ms that have to be left for a chunk to begin: as long as one takes when SNS is slow."""

parts = parts_of(environment())
log = logging.getLogger(__name__)


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Rounds, one a message; those that are not finished come again."""
    failed = []
    for record in event["Records"]:
        message_id = record["messageId"]
        try:
            a_round = Round.model_validate_json(record["body"])
            walk(
                parts,
                a_round,
                holder=f"{context.aws_request_id}-{message_id}",
                clock=utc_now,
                time_left=lambda: context.get_remaining_time_in_millis() > MARGIN,
            )
        except Lost:
            log.info("round.lost", extra={"message_id": message_id})
        except (Busy, Unfinished) as reason:
            extra = {"message_id": message_id, "why": repr(reason)}
            log.warning("round.unfinished", extra=extra)
            failed.append({"itemIdentifier": message_id})
        except Exception:  # the message comes again, and at last it is put aside
            log.exception("round.failed", extra={"message_id": message_id})
            failed.append({"itemIdentifier": message_id})
    return {"batchItemFailures": failed}
