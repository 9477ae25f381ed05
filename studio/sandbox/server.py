"""The server: one thread for each connection, and what all of them share."""

import socket
import sys
import threading
from http.server import ThreadingHTTPServer
from typing import Any

from .account import QUOTA_PER_DOLLAR, Account
from .books import Books
from .crowd import Crowd
from .easel import Easel
from .faults import faults
from .handler import Handler
from .options import Options
from .script import Script
from .shelf import Shelf
from .tls import Security
from .usage_log import UsageLog

READ_AT_ONCE = 2
"""Large bodies that are in memory at the same time; the others wait on the disk."""


class SandboxServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, options: Options) -> None:
        self.security = Security(options.tls, options.tls_fault)
        # One byte in here wakes every waiting call at once: nobody reads it, so it stays.
        self.stopping, self._stop = socket.socketpair()
        super().__init__((options.host, options.port), Handler)
        self.options = options
        self.books = Books(options.book)
        self.account = Account(int(options.balance * QUOTA_PER_DOLLAR))
        self.script = Script(options.script)
        self.faults = faults(options.seed, options.fault_rate, options.faults)
        self.easel = Easel(options.seed, is_plain=options.plain)
        self.shelf = Shelf()
        self.log = UsageLog(options.log_delay)
        self.crowd = Crowd(options.calls_per_key)
        self.reading = threading.BoundedSemaphore(READ_AT_ONCE)

    @property
    def scheme(self) -> str:
        return self.security.scheme

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.server_address[0]!s}:{self.server_address[1]}"

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """In the thread of the connection, so that a client slow to shake hands holds up nobody else."""
        if secured := self.security.shake_hands(request, self.stopping):
            super().process_request_thread(secured, client_address)

    def stop(self) -> None:
        self._stop.send(b"!")
        self.shutdown()

    def server_close(self) -> None:
        super().server_close()
        for end in (self.stopping, self._stop):
            end.close()

    def reset(self) -> None:
        """Everything as at the start, but for the numbering of calls."""
        self.books.reset()
        self.script.reset()
        self.faults.reset()
        self.account.reset()
        self.shelf.reset()
        self.log.reset()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of ours; everything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
