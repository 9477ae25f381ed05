"""Fetch one file from a host on our list, and nothing but that file: no redirect, no key, no second try."""

import time
from collections.abc import Sequence
from typing import BinaryIO

from ..wire import Clock
from .errand import Errand, Fetched, FetchFailed, Moved, Reach, Resolve, resolve_by_system
from .target import target_of


def download(
    url: str,
    *,
    hosts: Sequence[str],
    into: BinaryIO,
    bytes_max: int,
    deadline_seconds: float,
    resolve: Resolve = resolve_by_system,
    clock: Clock = time.monotonic,
) -> Fetched:
    """Write the file behind `url` to `into`, and say what came.

    Only https, only hosts with a suffix in `hosts` (or a gateway on loopback that stands there in full), only
    addresses of the open internet, and connected to the very address that was checked. Raises `FetchRefused` when
    nothing was sent, `FetchFailed` for all that may happen afterwards; then `into` may hold part of the file.
    """
    target = target_of(url, hosts)
    errand = Errand(Reach(ends_at=clock() + deadline_seconds, resolve=resolve, clock=clock), into, bytes_max)
    found = errand.run(target)
    if isinstance(found, Moved):
        raise FetchFailed("redirect", found.status)
    return found
