"""Many at the same moment: threads with a database connection each, let go by one barrier."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections


def together[Result](count: int, act: Callable[[int], Result]) -> list[Result | Exception]:
    """What each of `count` threads came to: its result, or the exception it ended with."""
    barrier = threading.Barrier(count)

    def one(number: int) -> Result | Exception:
        barrier.wait()
        try:
            return act(number)
        except Exception as error:  # noqa: BLE001  (whatever it is, the test judges it)
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
