"""What loss an encoder is told to expect."""

import pytest

from media_workers.audio.hearers_loss import HearersLoss


def of(*fractions: float, reports: int = 20) -> HearersLoss[int]:
    """Hearers who lose so much, steadily."""
    loss: HearersLoss[int] = HearersLoss()
    for _ in range(reports):
        for hearer, fraction in enumerate(fractions):
            loss.reported(hearer, fraction)
    return loss


@pytest.mark.parametrize(
    ("fractions", "percent"),
    [((), 0), ((0.3,), 30), ((0.0, 0.0, 0.4), 0), ((0.0, 0.2, 0.4), 20), ((0.0, 0.2), 20)],
)
def test_it_is_what_half_of_the_hearers_lose(fractions: tuple[float, ...], percent: int) -> None:
    assert of(*fractions).percent == percent


def test_a_few_who_claim_to_lose_everything_change_nothing() -> None:
    assert of(*[0.02] * 60, *[1.0] * 40).percent == 2


def test_who_reports_often_counts_as_one() -> None:
    loss = of(0.0, 0.0, 0.0)

    for _ in range(1000):
        loss.reported(7, 0.5)

    assert loss.percent == 0


def test_one_bad_report_is_not_yet_a_bad_network() -> None:
    loss = of(0.0)

    loss.reported(0, 0.4)

    assert loss.percent == 10


def test_who_has_gone_is_forgotten() -> None:
    loss = of(0.3, 0.0, 0.3)

    loss.forget(0)
    loss.forget(2)
    loss.forget(2)

    assert loss.percent == 0
