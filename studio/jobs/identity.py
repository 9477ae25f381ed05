"""Who this process is to the rows it claims."""

import os
import uuid
from functools import cache


def worker_id() -> uuid.UUID:
    """One id per process; a process that was forked after asking is another worker."""
    return _worker_id(os.getpid())


@cache
def _worker_id(pid: int) -> uuid.UUID:
    return uuid.uuid4()
