"""Which address a path takes: decisions on a clock of the test's own."""

from typing import Any

import pytest

from media_workers.transport.mmsg import sockaddr
from media_workers.transport.path import Path
from media_workers.transport.stun import BindingRequest, binding_request, parse_binding_request

HOME, WIFI = (sockaddr(("192.0.2.1", port)) for port in (1000, 2000))


def check(*, nominates: bool = False) -> BindingRequest:
    request = parse_binding_request(
        binding_request(username=b"a:b", password=b"secret", use_candidate=nominates)
    )
    assert request is not None
    return request


@pytest.fixture
def path() -> Path:
    return Path(received=lambda *_: None, moved=lambda: None, now=0.0)


def test_the_first_check_gives_the_address(path: Path) -> None:
    path.check(check(), HOME, now=1.0)

    assert path.address == ("192.0.2.1", 1000)
    assert path.consented_at == 1.0


def test_before_a_nomination_the_newest_check_counts(path: Path) -> None:
    path.check(check(), HOME, now=1.0)
    path.check(check(), WIFI, now=1.1)

    assert path.name == WIFI


def test_after_a_nomination_other_checks_do_not_move_the_path(path: Path) -> None:
    path.check(check(nominates=True), HOME, now=1.0)
    path.check(check(), WIFI, now=1.1)

    assert path.name == HOME
    assert path.names == [HOME, WIFI]


def test_another_nomination_moves_the_path(path: Path) -> None:
    path.check(check(nominates=True), HOME, now=1.0)
    path.check(check(nominates=True), WIFI, now=1.1)

    assert path.name == WIFI


def test_a_nominated_address_gone_quiet_is_left_without_a_nomination(path: Path) -> None:
    path.check(check(nominates=True), HOME, now=1.0)
    path.check(check(), HOME, now=2.0)
    path.check(check(), WIFI, now=4.9)
    assert path.name == HOME

    path.check(check(), WIFI, now=5.0)

    assert path.name == WIFI


def test_a_restart_forgets_the_nomination(path: Path) -> None:
    path.check(check(nominates=True), HOME, now=1.0)
    path.restarted()

    path.check(check(), WIFI, now=1.1)

    assert path.name == WIFI


def test_a_check_is_known_once_it_was_taken(path: Path) -> None:
    captured = check()
    assert not path.knows(captured)

    path.check(captured, HOME, now=1.0)

    assert path.knows(captured)


@pytest.mark.parametrize(("checks_since", "known"), [(511, True), (512, False)])
def test_the_last_512_checks_are_remembered(path: Path, checks_since: int, *, known: bool) -> None:
    captured = check(nominates=True)
    path.check(captured, HOME, now=1.0)
    for number in range(checks_since):
        path.check(check(), HOME, now=2.0 + number)

    assert path.knows(captured) is known


def test_four_addresses_are_kept_and_never_the_one_in_use_is_dropped(path: Path) -> None:
    names = [sockaddr(("192.0.2.9", port)) for port in range(1, 6)]
    path.check(check(nominates=True), names[0], now=1.0)
    dropped: list[Any] = []
    for name in names[1:]:
        path.check(check(), name, now=1.0)
        dropped.append(path.surplus())

    assert dropped == [None, None, None, names[1]]
    assert path.name == names[0]
    assert len(path.names) == 4
