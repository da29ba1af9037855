"""Something is for sale already: the demo's host sets up payouts and sells tickets for tomorrow."""

from datetime import datetime, timedelta
from typing import Any

from core.clock import to_rfc3339, utc_now
from local.call import expect
from local.client import Client

EVENING = 19
ROOM = {
    "title": "An evening with Stoa",
    "description": "A room with tickets: buy one with the card 4242 4242 4242 4242.",
    "topics": ["Welcome"],
}
OFFER = {"price": {"amount": 500, "currency": "usd"}, "quantity": 50}


async def sell(client: Client) -> None:
    """Sell, unless it is done already. `client` is signed in, and may host."""
    scheduled = await client.api("GET", f"/rooms?state=scheduled&host={client.handle}")
    named = [room for room in scheduled["items"] if room["title"] == ROOM["title"]]
    if any(room["access"] == "ticketed" for room in named):
        return
    await set_up_payouts(client)
    room: dict[str, Any] = named[0] if named else await schedule(client)
    await client.api("PUT", f"/rooms/{room['room_id']}/offer", OFFER)


async def set_up_payouts(client: Client) -> None:
    """Go through Stripe's onboarding, as a person does with one click on the stand-in's page."""
    payouts = await client.api("POST", "/me/payouts/account", {})
    if payouts["state"] != "active":
        page = client.http.post(payouts["onboarding_url"], allow_redirects=False)
        async with page as answer:
            if not answer.ok:
                await expect(answer)


async def schedule(client: Client) -> dict[str, Any]:
    """The room, tomorrow evening by this machine's wall clock."""
    starts_at = to_rfc3339(tomorrow_evening(utc_now().astimezone()))
    room: dict[str, Any] = await client.api("POST", "/rooms", ROOM | {"starts_at": starts_at})
    return room


def tomorrow_evening(now: datetime) -> datetime:
    """Seven o'clock of the next day, in the zone of `now`."""
    return now.replace(hour=EVENING, minute=0, second=0, microsecond=0) + timedelta(days=1)
