"""Writers of one process take turns where the database lets one write at a time anyway.

SQLite has whoever comes second sleep and try again, longer each time and in no order. A few threads never notice; of a
hundred that mark their calls together, the last would wait for many times what all their writing takes.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

_turn: Final = threading.Lock()


@contextmanager
def turn() -> Iterator[None]:
    """For one short transaction. On PostgreSQL nobody waits."""
    if connection.vendor != "sqlite":
        yield
        return
    with _turn:
        yield
