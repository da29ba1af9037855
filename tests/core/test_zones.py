from datetime import datetime, timedelta

import pytest

from core.zones import zone_called


def test_a_zone_is_found_by_its_name():
    berlin = zone_called("Europe/Berlin")

    assert berlin.utcoffset(datetime(2028, 2, 20, 19)) == timedelta(hours=1)  # noqa: DTZ001 - a clock's


@pytest.mark.parametrize(
    "name",
    ["right/Europe/Berlin", "posix/Europe/Berlin", "localtime", "posixrules", "Factory"],
)
def test_what_a_machine_may_have_besides_is_none(name):
    with pytest.raises(ValueError, match="no such time zone"):
        zone_called(name)


@pytest.mark.parametrize("name", ["", "europe/berlin", "../passwd", "Mars/Olympus_Mons"])
def test_other_names_are_none(name):
    with pytest.raises(ValueError, match="no such time zone"):
        zone_called(name)
