"""Requests that come when they are due, whether or not the ones before were answered."""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException

CONNECTIONS = 24
PATIENCE_SECONDS = 30
_CSRF = "s" * 32
type Ask = Callable[[HTTPConnection], None]


class WrongAnswer(HTTPException):
    """Answered, and not with what was asked for: a 503 by a server that has nothing left to answer with."""


def headers(cookie: str, *, is_htmx: bool) -> dict[str, str]:
    known = {"Cookie": f"sessionid={cookie}; csrftoken={_CSRF}", "X-CSRFToken": _CSRF}
    return known | ({"HX-Request": "true"} if is_htmx else {})


def get(address: str, cookie: str, *, status: int = 200, is_htmx: bool = False) -> Ask:
    """As somebody asks for a page, or htmx for news of it, and reads the answer to its end."""

    def ask(connection: HTTPConnection) -> None:
        connection.request("GET", address, headers=headers(cookie, is_htmx=is_htmx))
        answer = connection.getresponse()
        answer.read()
        if answer.status != status:
            raise WrongAnswer(f"{address}: {answer.status}")

    return ask


def at_rate(port: int, ask: Ask, *, rate: float, seconds: float) -> list[float]:
    """Seconds from the moment each was due to its last byte. Waiting for a connection counts: the person waits too."""
    here = threading.local()
    began = time.monotonic() + 0.1

    def one(due: float) -> float:
        time.sleep(max(0, due - time.monotonic()))
        if not hasattr(here, "connection"):
            here.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        ask(here.connection)
        return time.monotonic() - due

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return list(pool.map(one, [began + number / rate for number in range(round(rate * seconds))]))


def one_by_one(port: int, asks: Sequence[Ask], *, count: int, clients: int) -> float:
    """So many requests of some clients, each as soon as the last is answered; how many a second."""

    def work(share: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        for number in range(share):
            asks[number % len(asks)](connection)

    began = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(work, [count // clients] * clients))
    return count / (time.monotonic() - began)


def p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]
