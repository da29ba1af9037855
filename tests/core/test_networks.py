import pytest

from core.networks import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
    ],
)
def test_a_subscriber_counts_once_whatever_address_they_take(address, network):
    assert network_of(address) == network


def test_what_is_no_address_has_no_network():
    with pytest.raises(ValueError, match="does not appear"):
        network_of("unknown")
