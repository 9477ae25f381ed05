"""Which IP addresses belong to the open internet. Everything else is somebody's inside, perhaps ours.

`ipaddress` alone is not enough: `is_global` takes NAT64, 6to4 and some clouds' metadata services for public
(Python 3.13). So the list is explicit, `is_global` comes on top, and an IPv4 address inside an IPv6 one is unwrapped.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

_CLOSED: Final = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier NAT, and 100.100.100.200, the metadata service of Alibaba's cloud
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host, at a public address
        "169.254.0.0/16",  # link-local, and most clouds' metadata service
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "::/96",  # unspecified, loopback, IPv4-compatible
        "::ffff:0:0/96",  # IPv4-mapped: unwrapped before, so only what could not be
        "64:ff9b::/96",  # NAT64: a way to every IPv4 address there is
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",  # Teredo and other protocols' own
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",  # private, and the metadata service of Amazon's cloud
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)


def is_public(text: str) -> bool:
    """Whether this IP address may be reached on behalf of others. False for what is no IP address."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in block for block in _CLOSED if block.version == address.version):
        return False
    return _is_global(address)


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast
