from core.captions import CaptionLine, Speaker
from media_workers.captioning.partials import MAX_WAITING, Partials

NOON = 1000.0


def line(name: str, revision: int = 1) -> CaptionLine:
    return CaptionLine(
        line_id=name,
        seq=0,
        speaker=Speaker(account_id="ada", handle="ada"),
        text=f"{name} {revision}",
        final=False,
        starts_ms=0,
        ends_ms=20,
        revision=revision,
    )


def told(partials: Partials, seconds: float) -> list[str]:
    """What is told in so many seconds of ticks."""
    lines = (partials.take(NOON + tick * 0.02) for tick in range(int(seconds * 50)))
    return [line.text for line in lines if line]


def test_only_the_newest_state_of_a_line_is_told() -> None:
    partials = Partials(NOON)

    for revision in range(1, 6):
        partials.put(line("a", revision))

    assert told(partials, 1) == ["a 5"]


def test_a_room_gets_ten_a_second_and_each_line_has_its_turn() -> None:
    partials = Partials(NOON)
    for number in range(40):
        partials.put(line(str(number)))

    texts = told(partials, 2)

    assert 20 <= len(texts) <= 22
    assert texts == [f"{number} 1" for number in range(len(texts))]


def test_a_line_that_is_final_by_now_is_not_told_as_one_that_is_not() -> None:
    partials = Partials(NOON)
    partials.put(line("a"))

    partials.drop("a")

    assert told(partials, 1) == []


def test_of_too_many_lines_the_oldest_makes_way() -> None:
    partials = Partials(NOON)

    for number in range(MAX_WAITING + 1):
        partials.put(line(str(number)))

    first = partials.take(NOON)
    assert first
    assert first.text == "1 1"
