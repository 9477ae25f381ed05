"""Many at the same moment: threads with a database connection each, let go by one barrier."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol

from django.db import connections


class Together(Protocol):
    """What each thread came to: the result of `act`, called with its number, or the exception it ended with."""

    def __call__[Result](self, act: Callable[[int], Result]) -> list[Result | Exception]: ...


def together[Result](count: int, act: Callable[[int], Result]) -> list[Result | Exception]:
    """What each of `count` threads came to: its result, or the exception it ended with."""
    with crowd(count) as at_once:
        return at_once(act)


@contextmanager
def crowd(count: int) -> Iterator[Together]:
    """So many threads, for one race after another. Opening fifty connections takes longer than most races."""
    barrier = threading.Barrier(count)

    def at_once[Result](act: Callable[[int], Result]) -> list[Result | Exception]:
        def one(number: int) -> Result | Exception:
            barrier.wait()
            try:
                return act(number)
            except Exception as error:  # noqa: BLE001  (whatever it is, the test judges it)
                return error
            finally:
                _give_back()

        return list(pool.map(one, range(count)))

    def leave(_number: int) -> None:
        barrier.wait()
        connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        try:
            yield at_once
        finally:
            list(pool.map(leave, range(count)))


def _give_back() -> None:
    """PostgreSQL's connections come from a pool that is smaller than a crowd; SQLite's are each thread's own."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor == "postgresql":
            connection.close()
