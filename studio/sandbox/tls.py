"""Listening with TLS, with whatever certificate it is given, or failing while a connection is set up."""

import selectors
import socket
import ssl
from argparse import ArgumentTypeError
from contextlib import suppress
from pathlib import Path
from typing import Final

type Certificate = tuple[Path, Path]
"""The certificate with its chain, and its key."""

FAULTS: Final = ("hang", "close")
"""The client's first words are never answered, or the connection closes upon them."""


def certificate(text: str) -> Certificate:
    """`CERT,KEY` of the command line."""
    match text.split(","):
        case [chain, key]:
            return Path(chain), Path(key)
    raise ArgumentTypeError("two PEM files with a comma between them: the certificate and its key")


class Security:
    def __init__(self, files: Certificate | None, fault: str) -> None:
        self._context: ssl.SSLContext | None = None
        self._fault = fault
        if files:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*files)

    @property
    def scheme(self) -> str:
        return "https" if self._context or self._fault else "http"

    def shake_hands(self, plain: socket.socket, stopping: socket.socket) -> socket.socket | None:
        """The line to talk over; None when none came about, and `plain` is closed."""
        # An OSError means that the client did not like the certificate, or is gone.
        with suppress(OSError):
            if not self._fault:
                return self._context.wrap_socket(plain, server_side=True) if self._context else plain
            self._fail(plain, stopping)
        plain.close()
        return None

    def _fail(self, plain: socket.socket, stopping: socket.socket) -> None:
        plain.recv(1024)
        if self._fault == "hang":
            with selectors.DefaultSelector() as selector:
                for each in (plain, stopping):
                    selector.register(each, selectors.EVENT_READ)
                # Until the client gives up or the sandbox stops.
                selector.select()
