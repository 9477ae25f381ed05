"""Hosts with names and certificates for the tests of fetching, all of them on loopback."""

import io
import ssl
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from studio.fetch import Fetched, download_public
from studio.wire import Connection, Limit, connect
from tests.provider.peer import Manners, Peer, self_signed, server_context

OPEN_ADDRESS = "8.8.8.8"


class Internet:
    """Hosts with names and certificates, all on loopback: `resolve` gives what a test says, `dial` finds the peers.

    `dialled` is every host and IP address that a socket was opened to.
    """

    def __init__(self, directory: Path, **hosts: Manners) -> None:
        self._peers: dict[str, Peer] = {}
        names = [name.replace("_", ".") for name in hosts]
        certificate = self_signed(directory, *names)
        self._trusting = ssl.create_default_context(cafile=certificate)
        for name, manners in zip(names, hosts.values(), strict=True):
            self._peers[name] = Peer(manners, tls=server_context(certificate))
        self.addresses: dict[str, Sequence[str]] = {}
        self.asked: list[str] = []
        self.dialled: list[tuple[str, str]] = []

    def __enter__(self) -> "Internet":
        self._stack = ExitStack()
        for peer in self._peers.values():
            self._stack.enter_context(peer)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def resolve(self, host: str, port: int) -> Sequence[str]:
        assert port == 443
        self.asked.append(host)
        return self.addresses.get(host, [OPEN_ADDRESS])

    def dial(self, url: str, limit: Limit, *, address: str) -> Connection:
        host = url.removeprefix("https://")
        self.dialled.append((host, address))
        port = self._peers[host].port
        return connect(f"https://{host}:{port}", limit, address="127.0.0.1", ssl_context=self._trusting)

    def requests(self, host: str) -> list[str]:
        return [each.line for each in self._peers[host].received]

    def fetch(self, url: str, *, bytes_max: int = 1_000_000, seconds: float = 5) -> tuple[Fetched, bytes]:
        into = io.BytesIO()
        fetched = download_public(
            url, into=into, bytes_max=bytes_max, deadline_seconds=seconds, resolve=self.resolve, dial=self.dial
        )
        return fetched, into.getvalue()
