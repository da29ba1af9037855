"""What people do over HTTP."""

from datetime import UTC, datetime, timedelta

from core.clock import to_rfc3339
from core.dynamo import Update
from core.tables import ACCOUNTS
from local.stripe.outbox import signed
from tests.functions.requests.evening import Evening

CROWD = [f"fan{number}" for number in range(20)]
ABOUT = "Tides, and those who live by them: three harbour pilots tell how they read the water."


def people_come(evening: Evening) -> None:
    """Accounts, who follows whom, phones, devices."""
    ask = evening.ask
    for who in ("hana", "otto", "sue", "lou", "ada", "bea", *CROWD):
        ask(who, "GET", "/me", note=", the first time")
        ask(who, "GET", "/me")
    for host in ("hana", "otto"):
        followers = Update(pk=f"account#{host}", sk="profile", set={"follower_count": 600})
        evening.database.table(ACCOUNTS).write(followers)
    for who in ("lou", *CROWD):
        ask(who, "PUT", "/me/following/hana")
        token = who.encode().hex().ljust(64, "0")
        ask(who, "PUT", "/me/devices/phone", {"platform": "apns", "token": token})
    ask("lou", "PUT", "/me/following/otto")
    ask("lou", "DELETE", "/me/following/otto")
    ask("lou", "GET", "/accounts/hana")
    ask("lou", "GET", "/me/settings")
    ask("lou", "PUT", "/me/settings", {})
    ask("lou", "GET", "/me/following")


def a_room_is_sold(evening: Evening) -> str:
    """otto's room is to begin in six hours; ada buys a ticket, bea gives hers back."""
    ask, shop = evening.ask, evening.shop
    for name in ("hana", "otto", "ada", "bea"):
        shop.known.add(name)
    shop.payable("otto")
    starts_at = to_rfc3339(datetime.now(UTC) + timedelta(hours=6))
    wanted = {"title": "Reading the water", "description": ABOUT, "starts_at": starts_at}
    room_id = str(ask("otto", "POST", "/rooms", wanted, note=", scheduled").json["room_id"])
    price = {"amount": 1000, "currency": "usd"}
    ask("otto", "PUT", f"/rooms/{room_id}/offer", {"price": price, "quantity": 200})
    ask("ada", "GET", f"/rooms/{room_id}/offer")
    bought = {name: bought_by(evening, name, room_id) for name in ("ada", "bea")}
    ask("ada", "GET", "/me/tickets")
    ask("ada", "GET", f"/tickets/{bought['ada']}")
    ask("bea", "POST", f"/tickets/{bought['bea']}/refund", {})
    ask("otto", "GET", "/me/payouts")
    return room_id


def bought_by(evening: Evening, name: str, room_id: str) -> str:
    """A ticket: held, looked at, paid at Stripe, and told of by Stripe."""
    shop = evening.shop
    hold = evening.ask(name, "POST", f"/rooms/{room_id}/holds", {"quantity": 1}).json
    evening.ask(name, "GET", f"/holds/{hold['hold_id']}")
    shop.pay(shop.purchase(hold["hold_id"]).intent_id)
    paid = "payment_intent.succeeded"
    event = next(e for e in shop.stripe.state.newest("event") if e["type"] == paid)
    body, headers = signed(event, "whsec_new", datetime.now(UTC))
    signature = {"stripe-signature": headers["Stripe-Signature"]}
    evening.ask(None, "POST", "/stripe/webhook", body, note=", of a payment", headers=signature)
    return str(evening.ask(name, "GET", f"/holds/{hold['hold_id']}").json["tickets"][0])


def people_want_reminders(evening: Evening, room_id: str) -> None:
    """The crowd wants to be reminded, by phone; one of them after all not."""
    ask = evening.ask
    wanted = {"lead_minutes": [0, 10], "channels": ["push"]}
    for who in ("lou", *CROWD):
        ask(who, "PUT", f"/rooms/{room_id}/reminder", wanted)
    ask("fan0", "GET", "/me/reminders")
    ask("lou", "DELETE", f"/rooms/{room_id}/reminder")
    ask(None, "GET", f"/rooms/{room_id}/calendar.ics")


def a_room_is_live(evening: Evening) -> str:
    """hana talks with sue; lou listens, asks, reacts."""
    ask = evening.ask
    wanted = {"title": "On tides", "description": ABOUT, "topics": ["sea"]}
    key = {"idempotency-key": "7b0c"}
    ask("otto", "POST", "/rooms", wanted, note=", with an Idempotency-Key", headers=key)
    room_id = str(ask("hana", "POST", "/rooms", wanted).json["room_id"])
    room = f"/rooms/{room_id}"
    for who in ("hana", "sue", "lou", "fan1", "fan2"):
        note = ", its host" if who == "hana" else ""
        entrance = ask(who, "POST", f"{room}/join", {}, note=note).json
        connects(evening, room_id, entrance["media"]["token"])
    ask(None, "POST", f"{room}/join", {}, note=", a guest")
    ask("lou", "GET", room)
    ask(None, "GET", f"{room}/card")
    ask("lou", "GET", "/rooms", state="live")
    ask("lou", "GET", "/me/live")
    ask("lou", "GET", f"{room}/members")
    for who in ("sue", "fan1"):
        ask(who, "PUT", f"{room}/hand")
    ask("hana", "GET", f"{room}/hands")
    ask("hana", "PUT", f"{room}/members/sue/role", {"role": "speaker"})
    ask("fan1", "DELETE", f"{room}/hand")
    ask("hana", "PUT", f"{room}/members/sue/muted", {"muted": True})
    ask("hana", "POST", f"{room}/mute-all")
    ask("lou", "POST", f"{room}/reactions", {"emoji": "👏"})
    wrong = {"account_id": "fan2", "reason": "spam", "note": ""}
    report_id = ask("lou", "POST", f"{room}/reports", wrong).json["report_id"]
    ask("ada", "GET", "/reports", groups="[moderators]", limit=1)
    ask("ada", "PUT", f"/reports/{report_id}/settled", groups="[moderators]")
    ask("hana", "PATCH", room, {"title": "On tides and pilots"})
    ask("hana", "DELETE", f"{room}/members/fan2")
    ask("lou", "POST", f"{room}/leave", {})
    ask("hana", "GET", f"{room}/log")
    return room_id


def a_sold_room_begins(evening: Evening, room_id: str) -> None:
    """otto is there, and ada with her ticket; then it is over, and so is what was planned."""
    ask, room = evening.ask, f"/rooms/{room_id}"
    ask("otto", "POST", f"{room}/start", {})
    ask("ada", "POST", f"{room}/join", {}, note=", with a ticket")
    ask("otto", "POST", f"{room}/end", {})
    planned = {"title": "Ebb", "starts_at": to_rfc3339(datetime.now(UTC) + timedelta(hours=9))}
    called_off = ask("otto", "POST", "/rooms", planned, note=", scheduled").json["room_id"]
    ask("otto", "POST", f"/rooms/{called_off}/cancel", {})


def somebody_is_blocked(evening: Evening) -> None:
    """hana blocks sue, who is on her stage."""
    evening.ask("hana", "PUT", "/me/blocked/sue")


def connects(evening: Evening, room_id: str, token: str) -> None:
    """The media door passes an offer to the worker."""
    headers = {"authorization": f"Bearer {token}", "content-type": "application/sdp"}
    evening.ask(None, "POST", f"/media/{room_id}", b"v=0", headers=headers)
    leaving = {"authorization": headers["authorization"]}
    evening.ask(None, "DELETE", f"/media/{room_id}/peer_1", headers=leaving)
