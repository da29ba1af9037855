"""Whose an IP address is, as far as an address tells."""

from ipaddress import IPv6Address, ip_address, ip_network

SUBSCRIBER = 64
"""Bits of an IPv6 address that are one subscriber's network (RFC 6177): the rest is theirs."""


def network_of(address: str) -> str:
    """What counts as one: `192.0.2.7/32`, or the /64 of an IPv6 address; ValueError for neither.

    An IPv4-mapped address (RFC 4291 section 2.5.5.2) is the IPv4 one.
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    bits = min(SUBSCRIBER, ip.max_prefixlen)
    return str(ip_network((ip, bits), strict=False))
