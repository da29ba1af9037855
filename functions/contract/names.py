"""What schemas are called in the contract: the API's words, whatever module they come from."""

import re
from typing import Any

NAMES = {
    "AccountView": "PayoutAccount",
    "Cancelled": "NewCancellation",
    "ChangedRoom": "RoomChange",
    "GivenView": "Given",
    "LineView": "Sale",
    "Live": "LiveIn",
    "Nothing": "Empty",
    "OnboardingView": "PayoutSetup",
    "Page_EntryView_": "LogEntryPage",
    "Page_WaitingView_": "AwaitedRoomPage",
    "Profile-Output": "SoundProfile",
    "PublicAccount": "Account",
    "State-Input": "RoomState",
    "TotalsView": "Totals",
    "core__profiles__Profile": "SoundProfile",
    "functions__accounts__views__Profile": "Profile",
    "functions__reminders__views__WaitingView": "AwaitedRoom",
    "functions__rooms__life__State": "RoomState",
    "functions__rooms__views__EntryView": "LogEntry",
    "functions__tickets__rules__life__State": "HoldState",
    "functions__tickets__views__buyer__WaitingView": "Waiting",
    "functions__tickets__views__payouts__EntryView": "LedgerEntry",
}
REF = "#/components/schemas/"


def renamed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with its schemas' public names; ValueError if two that differ get the same."""
    schemas = document["components"]["schemas"]
    names = {name: public_name(name) for name in schemas}
    kept: dict[str, Any] = {}
    for name, schema in sorted(schemas.items(), key=lambda each: names[each[0]]):
        if kept.setdefault(names[name], schema) != schema:
            raise ValueError(f"two schemas are called {names[name]}")
    document["components"]["schemas"] = kept
    new = {REF + name: REF + public for name, public in names.items()}
    pointed: dict[str, Any] = repointed(document, new)
    return pointed


def public_name(name: str) -> str:
    """RoomView is a Room, Page_RoomView_ a RoomPage, Settings-Input the SettingsInput."""
    if name in NAMES:
        return NAMES[name]
    if page := re.fullmatch(r"Page_(\w+)_", name):
        return public_name(page[1]) + "Page"
    return name.removesuffix("-Output").replace("-Input", "Input").removesuffix("View")


def repointed(part: Any, new: dict[str, str]) -> Any:
    """The same with every `$ref` that has a new value pointing there."""
    if isinstance(part, list):
        return [repointed(each, new) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: new.get(value, value) if key == "$ref" else repointed(value, new)
        for key, value in part.items()
    }


def without_titles(part: Any) -> Any:
    """Schemas without the titles that pydantic makes of names. A property may be called title."""
    if isinstance(part, list):
        return [without_titles(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: without_titles(value)
        for key, value in part.items()
        if not (key == "title" and isinstance(value, str))
    }
