"""Tickets and payouts at the door."""

import pytest


@pytest.fixture
def sold(front):
    """A room, and the ids of ada's two tickets for it."""
    room_id = front.shop.offer(5).room_id
    hold = front.ask("ada", "POST", f"/rooms/{room_id}/holds", {"quantity": 2}).json
    front.shop.pay(front.shop.purchase(hold["hold_id"]).intent_id)
    paid = front.ask("ada", "GET", f"/holds/{hold['hold_id']}").json
    assert paid["state"] == "paid"
    return room_id, paid["tickets"]


def test_my_tickets_show_room_price_and_until_when_they_can_go_back(front, sold):
    room_id, tickets = sold

    page = front.ask("ada", "GET", "/me/tickets").json

    assert sorted(item["ticket_id"] for item in page["items"]) == sorted(tickets)
    item = page["items"][0]
    assert item["room"]["room_id"] == room_id
    assert item["holder"]["handle"] == "ada"
    assert item["price"] == {"amount": 1000, "currency": "usd"}
    assert item["state"] == "valid"
    assert item["refundable"]
    assert item["refundable_until"] == item["room"]["starts_at"]
    assert item["refund_rule"] == "until_start"
    assert item["attended_minutes"] == 0
    assert page["next"] is None


def test_a_purchase_shows_its_rule_and_all_that_went_back_of_it(front, sold):
    _, (ticket_id, _) = sold
    hold_id = front.ask("ada", "GET", f"/tickets/{ticket_id}").json["hold_id"]
    intent_id = front.shop.purchase(hold_id).intent_id
    front.shop.at_stripe("POST", "/v1/refunds", f"payment_intent={intent_id}&amount=400")
    front.ask("ada", "POST", f"/tickets/{ticket_id}/refund", {})

    hold = front.ask("ada", "GET", f"/holds/{hold_id}").json

    assert hold["refund_rule"] == "until_start"
    told = [(it["amount"]["amount"], it["reason"], it["ground"]) for it in hold["refunds"]]
    assert sorted(told) == [(400, "by_hand", None), (1000, "asked", "until_start")]
    assert {it["state"] for it in hold["refunds"]} == {"done"}


def test_a_host_reads_what_was_returned_by_whom_and_why(front, sold):
    _, (ticket_id, _) = sold
    front.ask("ada", "POST", f"/tickets/{ticket_id}/refund", {})

    (line,) = front.ask("hana", "GET", "/me/payouts").json["items"]

    told = {(entry["step"], entry["reason"]) for entry in line["entries"]}
    assert told == {("paid", None), ("refunded", "asked")}


def test_a_ticket_is_anothers_secret(front, sold):
    _, (ticket_id, _) = sold

    assert front.ask("ada", "GET", f"/tickets/{ticket_id}").status == 200
    assert front.ask("hana", "GET", f"/tickets/{ticket_id}").status == 200
    assert front.ask("bea", "GET", f"/tickets/{ticket_id}").status == 404
    assert front.ask("ada", "GET", "/tickets/ticket_x").status == 404


def test_a_ticket_goes_back_over_http(front, sold):
    _, (ticket_id, _) = sold

    answer = front.ask("ada", "POST", f"/tickets/{ticket_id}/refund", {})

    assert answer.status == 200
    assert answer.json["state"] == "refunded"
    assert not answer.json["refundable"]
    again = front.ask("ada", "POST", f"/tickets/{ticket_id}/refund", {})
    assert (again.status, again.json["code"]) == (409, "not_refundable")


def test_a_ticket_is_handed_over_over_http(front, sold):
    _, (ticket_id, _) = sold
    front.shop.account("bea")

    answer = front.ask("ada", "POST", f"/tickets/{ticket_id}/transfer", {"handle": "bea"})

    assert answer.json["holder"]["handle"] == "bea"
    assert not answer.json["refundable"]
    assert front.ask("bea", "GET", "/me/tickets").json["items"][0]["ticket_id"] == ticket_id
    refused = front.ask("bea", "POST", f"/tickets/{ticket_id}/refund", {})
    assert (refused.status, refused.json["code"]) == (403, "bought_by_another")


def test_a_host_has_the_guest_list_and_nobody_else(front, sold):
    room_id, _ = sold

    assert len(front.ask("hana", "GET", f"/rooms/{room_id}/tickets").json["items"]) == 2
    assert front.ask("ada", "GET", f"/rooms/{room_id}/tickets").status == 403


def test_the_statement_adds_up_line_by_line(front, sold):
    _, (ticket_id, _) = sold
    front.ask("ada", "POST", f"/tickets/{ticket_id}/refund", {})

    statement = front.ask("hana", "GET", "/me/payouts").json

    (line,), (total,) = statement["items"], statement["totals"]
    assert (line["gross"], line["refunds"], line["fees"], line["share"]) == (2000, 1000, 30, 970)
    assert total == {
        "currency": "usd",
        "gross": 2000,
        "fees": 30,
        "refunds": 1000,
        "share": 970,
        "debt": 0,
    }
    assert statement["account"] == {"state": "active"}
    shares = [e["amount"] for e in line["entries"] if e["account"] == "host:hana"]
    assert sum(shares) == 970


def test_payouts_are_set_up_once(front):
    first = front.ask("bea", "POST", "/me/payouts/account", {})
    second = front.ask("bea", "POST", "/me/payouts/account", {})

    assert first.status == 200
    assert first.json["onboarding_url"].startswith("http")
    assert first.json["state"] == "restricted"
    assert first.json["onboarding_url"] != second.json["onboarding_url"]
    assert len(list(front.shop.stripe.state.everybodys("v2.core.account"))) == 1


def test_a_host_without_payouts_has_an_empty_statement(front):
    statement = front.ask("bea", "GET", "/me/payouts").json

    assert statement == {
        "selling": {"allowed": True, "code": None},
        "account": None,
        "totals": [],
        "items": [],
        "next": None,
    }


@pytest.mark.parametrize("path", ["/me/tickets", "/me/payouts"])
def test_a_foreign_cursor_is_refused(front, path):
    answer = front.ask("ada", "GET", path, cursor="nonsense")

    assert (answer.status, answer.json["code"]) == (422, "bad_cursor")
