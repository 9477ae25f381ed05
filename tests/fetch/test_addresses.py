"""Which IP addresses belong to the open internet."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.fetch.addresses import is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",  # metadata of most clouds
        "100.100.100.200",  # Alibaba's
        "168.63.129.16",  # Azure's, at a public address
        "192.0.0.192",  # Oracle's
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "192.88.99.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "fec0::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",  # Amazon's
        "fc00::1",
        "ff02::1",
        "100::1",
        "5f00::1",
        "",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "127.0.0.1\n",
    ],
)
def test_what_is_inside_is_closed(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "47.88.1.1", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_outside_is_open(address: str) -> None:
    assert is_public(address)


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_nothing_that_python_calls_private_is_open(address: IPv4Address) -> None:
    closed = address.is_private or address.is_multicast or address.is_reserved or address.is_loopback
    assert not (closed and is_public(str(address)))


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_no_ipv6_wrapping_opens_a_closed_ipv4_address(address: IPv4Address) -> None:
    wrapped = [IPv6Address(prefix + int(address)) for prefix in (0, 0xFFFF << 32, 0x64FF9B << 96)]
    wrapped.append(IPv6Address((0x2002 << 112) + (int(address) << 80)))
    if not is_public(str(address)):
        assert not any(is_public(str(each)) for each in wrapped)


@given(st.text(max_size=40))
def test_junk_is_closed(text: str) -> None:
    is_public(text)
