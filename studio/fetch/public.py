"""Fetch one file from wherever a person says, on the open internet alone: any named host, two redirects, no key.

Every hop is a request of its own: the address is taken apart, its name looked up and judged, the connection made to
what was judged. What another server sends us to is judged no more kindly than what was typed.
"""

import time
from collections.abc import Sequence
from typing import BinaryIO, Final
from urllib.parse import urljoin

from ..wire import Clock, connect
from .errand import Dial, Errand, Fetched, FetchFailed, Reach, Resolve, resolve_by_system
from .target import FetchRefused, Target, public_target_of

REDIRECTS_MAX: Final = 2


def download_public(
    url: str,
    *,
    into: BinaryIO,
    bytes_max: int,
    deadline_seconds: float,
    loopback: Sequence[str] = (),
    resolve: Resolve = resolve_by_system,
    dial: Dial = connect,
    clock: Clock = time.monotonic,
) -> Fetched:
    """Write the file behind `url` to `into`, and say what came. The deadline is one for all hops together.

    `loopback` may hold `http://127.0.0.1:PORT`, a gateway on this machine: taken when it is typed, never when a
    redirect leads there. Raises `FetchRefused` when nothing was sent at all, `FetchFailed` for everything later
    (`redirect_refused` where a redirect led to what may not be fetched).
    """
    reach = Reach(ends_at=clock() + deadline_seconds, resolve=resolve, dial=dial, clock=clock)
    errand = Errand(reach, into, bytes_max)
    target = public_target_of(url, loopback=loopback)
    found = errand.run(target)
    for _hop in range(REDIRECTS_MAX):
        if isinstance(found, Fetched):
            return found
        try:
            target = _next(target, found.location)
            found = errand.run(target)
        except FetchRefused as refusal:
            raise FetchFailed("redirect_refused") from refusal
    if isinstance(found, Fetched):
        return found
    raise FetchFailed("too_many_redirects", found.status)


def _next(target: Target, location: str) -> Target:
    """Where a redirect leads. Raises `FetchRefused`, also for one that leads nowhere."""
    if not location:
        raise FetchRefused("bad_url", "a redirect without an address")
    try:
        return public_target_of(urljoin(target.url, location))
    except ValueError as error:
        raise FetchRefused("bad_url", "a redirect to what is no address") from error
