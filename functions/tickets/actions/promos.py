"""A host's promo codes: made, changed, withdrawn."""

import logging
from dataclasses import replace

from core.errors import Conflict
from functions.shared.callers import Caller
from functions.tickets.parts import Parts
from functions.tickets.requests import NewPromoCode
from functions.tickets.rules.model import MAX_PROMO_CODES, PromoCode
from functions.tickets.rules.permissions import Act
from functions.tickets.rules.promos import code_key, new_code
from functions.tickets.steps.approach import approach
from functions.tickets.steps.holding import Overtaken, again

log = logging.getLogger(__name__)


@again
def put_code(
    parts: Parts, caller: Caller, room_id: str, code: str, wanted: NewPromoCode
) -> PromoCode:
    """The code takes off this much from now on. What was bought with it counts against its limit.

    Conflict `promo_codes_full` or `already_used`.
    """
    approach(parts, Act.SELL, room_id, caller)
    parts.offers.get(room_id)
    promo = new_code(code, **wanted.model_dump())
    known = parts.promos.find(room_id, promo.code)
    if known is None:
        if len(parts.promos.all(room_id)) >= MAX_PROMO_CODES:
            detail = f"A room has {MAX_PROMO_CODES} promo codes at most."
            raise Conflict("promo_codes_full", detail, allowed=MAX_PROMO_CODES)
        done = parts.promos.add(room_id, promo)
    else:
        if known.used > promo.limit:
            detail = "More tickets than that were bought with this code."
            raise Conflict("already_used", detail, used=known.used)
        promo = replace(promo, left=promo.limit - known.used)
        done = parts.promos.change(room_id, known, promo)
    if not done:
        raise Overtaken
    log.info("promo_code.put", extra={"room_id": room_id, "limit": promo.limit})
    return promo


@again
def withdraw_code(parts: Parts, caller: Caller, room_id: str, code: str) -> None:
    """The code is good for nothing more; again, it changes nothing."""
    approach(parts, Act.SELL, room_id, caller)
    promo = parts.promos.find(room_id, code_key(code))
    if promo is None or promo.withdrawn or parts.promos.remove(room_id, promo):
        return
    if not parts.promos.change(room_id, promo, replace(promo, withdrawn=True)):
        raise Overtaken


def list_codes(parts: Parts, caller: Caller, room_id: str) -> list[PromoCode]:
    """The room's codes that are good still."""
    approach(parts, Act.SELL, room_id, caller)
    return [promo for promo in parts.promos.all(room_id) if not promo.withdrawn]
