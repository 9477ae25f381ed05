"""The network as tests see it: this machine, and nothing beyond."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

LOCAL_NAMES = {"localhost", "", None}


class NetworkClosed(RuntimeError):
    """A test tried to reach another machine. No OSError: the code under test would take it for an answer."""


def close(replace: Callable[[object, str, object], None]) -> None:
    """Make every socket of this process refuse to leave the machine; `replace` is monkeypatch's setattr."""
    for name in ("connect", "connect_ex"):
        replace(socket.socket, name, _refusing(getattr(socket.socket, name)))
    replace(socket, "getaddrinfo", _refusing_names(socket.getaddrinfo))


def is_local(host: str | bytes | None) -> bool:
    """Whether `host`, a name or an address, is this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _is_address(host: str | bytes) -> bool:
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return False
    return True


def _refusing(connect: Callable[..., Any]) -> Callable[..., Any]:
    def connect_here(self: socket.socket, address: Any) -> Any:
        # Unix sockets have a path instead, and never leave the machine.
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_local(address[0]):
            raise NetworkClosed(f"a test tried to connect to {address}")
        return connect(self, address)

    return connect_here


def _refusing_names(getaddrinfo: Callable[..., Any]) -> Callable[..., Any]:
    """Asking for a name's address is a message to another machine too; an address is its own answer."""

    def getaddrinfo_here(host: str | bytes | None, *arguments: Any, **options: Any) -> Any:
        if not is_local(host) and host is not None and not _is_address(host):
            raise NetworkClosed(f"a test tried to look up {host!r}")
        return getaddrinfo(host, *arguments, **options)

    return getaddrinfo_here
