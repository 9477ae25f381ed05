"""The sandbox inside the test's own process, for tests that need many different ones: it starts at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from studio.sandbox.options import Options
from studio.sandbox.server import SandboxServer


@contextmanager
def sandbox_inside(**options: Any) -> Iterator[SandboxServer]:
    """On a free port, waiting for nothing, with plain pictures; gone at the end of the block."""
    with SandboxServer(Options(**{"port": 0, "speed": 0, "plain": True, **options})) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.stop()
            thread.join()
