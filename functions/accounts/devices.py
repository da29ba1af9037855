"""Where push messages for an account go: its devices in one item of the accounts table.

pk              sk      holds
account#<id>    reach   `preferences`, see `store`; an attribute for each device, named after a hash
                        of its id: `device_id`, `platform`, `token`, `seen_at`; `endpoint`, what SNS
                        calls it, once that is known; `dead`, once it takes no more

One item, so that to push to a hundred accounts is one read of what they want and where they are.
"""

from dataclasses import replace
from hashlib import sha256

from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import Attr, ConditionBase, ConditionFailed, Item, Table, Update
from functions.accounts.model import Device, Platform
from functions.accounts.ties import account_key

REACH = "reach"
MAX_DEVICES = 20
PREFIX = "device_"


class Devices:
    """The devices in the accounts table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, account_id: str, device: Device) -> None:
        """Remember a device; of more than 20, those unseen the longest are forgotten.

        It writes first and counts then, so that of several at once the last one sees all. A device
        that reports again and lives keeps its endpoint; another token makes it a new device.
        """
        if self._update(account_id, device, "seen_at", to_rfc3339(device.seen_at), alive=True):
            return
        values = {attribute(device.device_id): device_map(device)}
        written = self._table.write(Update(pk=account_key(account_id), sk=REACH, set=values))
        for forgotten in devices_in(written)[:-MAX_DEVICES]:
            self.delete(account_id, forgotten.device_id)

    def delete(self, account_id: str, device_id: str) -> None:
        """Forget a device, if it is known."""
        pk = account_key(account_id)
        self._table.write(Update(pk=pk, sk=REACH, remove=[attribute(device_id)]))

    def of(self, account_id: str) -> list[Device]:
        """The account's devices, dead ones among them."""
        return devices_in(self._table.get(account_key(account_id), REACH) or {})

    def reached_at(self, account_id: str, device: Device, endpoint: str) -> Device:
        """The device, of which it is known from now on what SNS calls it."""
        self._update(account_id, device, "endpoint", endpoint)
        return replace(device, endpoint=endpoint)

    def died(self, account_id: str, device: Device) -> None:
        """Nothing is sent to the device any more, until it reports again."""
        self._update(account_id, device, "dead", True)

    def _update(
        self, account_id: str, device: Device, part: str, value: object, *, alive: bool = False
    ) -> bool:
        """Whether it was written: only while the device has this token at this platform."""
        name = attribute(device.device_id)
        condition: ConditionBase = Attr(f"{name}.token").eq(device.token)
        condition &= Attr(f"{name}.platform").eq(str(device.platform))
        if alive:
            condition &= Attr(f"{name}.dead").not_exists()
        values: dict[str | tuple[str, ...], object] = {(name, part): value}
        update = Update(pk=account_key(account_id), sk=REACH, set=values, condition=condition)
        try:
            self._table.write(update)
        except ConditionFailed:
            return False
        return True


def attribute(device_id: str) -> str:
    """The name of a device's attribute: ids may hold what can't stand in an expression."""
    return PREFIX + sha256(device_id.encode()).hexdigest()[:32]


def device_map(device: Device) -> Item:
    """A new device's record."""
    return {
        "device_id": device.device_id,
        "platform": str(device.platform),
        "token": device.token,
        "seen_at": to_rfc3339(device.seen_at),
    }


def devices_in(item: Item) -> list[Device]:
    """The devices of an account, those that reported first first."""
    found = [
        Device(
            device_id=record["device_id"],
            platform=Platform(record["platform"]),
            token=record["token"],
            seen_at=from_rfc3339(record["seen_at"]),
            endpoint=record.get("endpoint"),
            dead=record.get("dead", False),
        )
        for name, record in item.items()
        if name.startswith(PREFIX)
    ]
    return sorted(found, key=lambda device: (device.seen_at, device.device_id))
