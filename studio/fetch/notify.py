"""Tell another machine something, at an address that a person typed: one POST, and of the answer its status alone."""

import time
from collections.abc import Sequence

from ..wire import Clock, Headers, connect
from .errand import Dial, Reach, Resolve, resolve_by_system
from .target import public_target_of


def notify(
    url: str,
    body: bytes,
    *,
    headers: Headers,
    deadline_seconds: float,
    loopback: Sequence[str] = (),
    resolve: Resolve = resolve_by_system,
    dial: Dial = connect,
    clock: Clock = time.monotonic,
) -> int:
    """The status it answered. A redirect is an answer like any other: it is not followed.

    What else it said is not read. `loopback` as in `download_public`. Raises `FetchRefused` when nothing was sent, and
    `FetchFailed` for all that may happen afterwards.
    """
    reach = Reach(ends_at=clock() + deadline_seconds, resolve=resolve, dial=dial, clock=clock)
    target = public_target_of(url, loopback=loopback)
    sent = (*headers, ("Content-Length", str(len(body))), ("User-Agent", "nb-studio"), ("Connection", "close"))
    with reach.to(target) as connection:
        return connection.send("POST", target.path, sent, [body]).status
