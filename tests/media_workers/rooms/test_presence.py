from media_workers.channel.events import Left
from media_workers.rooms.presence import GRACE, Presence


def test_whoever_comes_back_in_time_is_not_lost() -> None:
    presence = Presence()

    presence.gone("bob", Left.LOST, 10.0)
    presence.settled("bob")

    assert presence.due(100.0) == []


def test_whoever_does_not_is_lost_once() -> None:
    presence = Presence()

    presence.gone("bob", Left.LEFT, 10.0)

    assert presence.due(10.0 + GRACE - 0.01) == []
    assert presence.due(10.0 + GRACE) == [("bob", Left.LEFT)]
    assert presence.due(100.0) == []


def test_joining_again_gives_more_time_but_never_less() -> None:
    presence = Presence()
    presence.gone("bob", Left.LOST, 10.0)

    presence.awaited("bob", until=40.0)
    presence.awaited("bob", until=30.0)

    assert presence.due(39.9) == []
    assert presence.due(40.0) == [("bob", Left.LOST)]
