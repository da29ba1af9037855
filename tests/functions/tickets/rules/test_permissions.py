"""Every cell of the table that says who may sell and buy, asked of the real door."""

from pathlib import Path

import pytest

from core.roles import Role
from functions.accounts import actions as accounts
from functions.rooms import actions as rooms
from functions.rooms import actions_audience, actions_stage
from functions.rooms.permissions import Standing
from functions.tickets.rules.permissions import TABLE, Act

DOC = Path(__file__).parents[4] / "docs" / "tickets.md"
FREE = {"price": None, "quantity": 20, "per_account": 10}
NAMES = {
    Standing.ANONYMOUS: None,
    Standing.STRANGER: "stan",
    Standing.LISTENER: "lou",
    Standing.SPEAKER: "sue",
    Standing.COHOST: "cory",
    Standing.HOST: "hana",
    Standing.OTHER_HOST: "otto",
    Standing.REMOVED: "remy",
    Standing.BLOCKED: "bob",
}


@pytest.fixture
def room_id(front):
    """Hana's room, with tickets and with someone of each standing to it."""
    shop = front.shop
    parts, now, hana = shop.parts.rooms, shop.now, shop.account("hana")
    room_id = shop.offer(20, amount=0, per_account=10).room_id
    for name in filter(None, NAMES.values()):
        shop.account(name)
    for name in ("lou", "sue", "remy", "cory"):
        shop.buy(name, room_id)
    rooms.start_room(parts, hana, room_id, now)
    for name in ("hana", "lou", "sue", "remy", "cory"):
        actions_audience.join(parts, shop.account(name), room_id, now)
    for name, role in (("sue", Role.SPEAKER), ("cory", Role.COHOST)):
        actions_stage.change_role(parts, hana, room_id, now, account_id=name, role=role)
    actions_stage.remove(parts, hana, room_id, now, account_id="remy")
    host = accounts.ensure(parts.accounts, hana, now)
    accounts.block(parts.accounts, host, "bob", now)
    shop.room("otto")
    return room_id


# What each act is as a request, and what it answers to those who may: the room is live already, and
# has tickets left.
REQUESTS = {
    Act.READ_OFFER: ("GET", "offer", None, (200, None)),
    Act.SELL: ("PUT", "offer", FREE, (409, "wrong_state")),
    Act.BUY: ("POST", "holds", {}, (201, None)),
    Act.WAIT: ("PUT", "waiting", {}, (409, "not_sold_out")),
}


@pytest.mark.parametrize("act", Act, ids=lambda act: act.name.lower())
def test_the_door_decides_as_the_table_says(ask, room_id, act):
    method, path, body, allowed = REQUESTS[act]

    for who, name in NAMES.items():
        answer = ask(name, method, f"/rooms/{room_id}/{path}", body)
        denial = TABLE[act][who]
        expected = (denial.status, denial.code) if denial else allowed
        assert (who, answer.status, answer.json.get("code")) == (who, *expected)


def test_the_host_of_another_room_is_a_stranger():
    assert all(row[Standing.OTHER_HOST] == row[Standing.STRANGER] for row in TABLE.values())


def test_the_document_shows_the_same_table():
    rows = [line.split("|")[1:-1] for line in DOC.read_text().splitlines() if "| " in line]
    header, _, *body = [[cell.strip() for cell in row] for row in rows if len(row) > len(Standing)]

    assert header[1:] == [who.replace("_", " ") for who in Standing]
    assert {row[0]: row[1:] for row in body} == {
        str(act): [f"{cell.status.value} `{cell.code}`" if cell else "yes" for cell in row.values()]
        for act, row in TABLE.items()
    }
