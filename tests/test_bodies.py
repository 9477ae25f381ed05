"""Bodies that come slowly: read before the studio begins, and never by all threads."""

import io
import socket
from collections.abc import Callable
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from nbweb.bodies import CROWDED, PatientReader
from nbweb.settings import NB_BODIES_AT_ONCE
from tests import migrated
from tests.jobs.studio_process import environment, run, server, wait_for_line, wait_until


def ask(body: io.BytesIO, length: int, *, bytes_max: int = 1_000_000) -> tuple[list[str], list[Any]]:
    """The statuses that were answered, and what an application behind the reader found in its environment."""
    found: list[Any] = []
    statuses: list[str] = []

    def studio(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        found.append((environ["wsgi.input"].read(), body.closed or body.tell(), CROWDED in environ))
        start_response("200 OK", [])
        return []

    reader = PatientReader(studio, at_once=1, bytes_max=bytes_max)
    reader({"CONTENT_LENGTH": str(length), "wsgi.input": body}, lambda status, headers, *_: statuses.append(status))
    return statuses, found


@pytest.mark.parametrize("length", [1, 70_000])
def test_a_body_is_there_in_whole_before_the_studio_begins(length: int) -> None:
    statuses, found = ask(io.BytesIO(b"x" * length + b"of the next request"), length)
    assert statuses == ["200 OK"]
    assert found == [(b"x" * length, length, False)]


def test_whoever_leaves_half_way_asks_nothing() -> None:
    assert ask(io.BytesIO(b"half"), 8) == (["408 Request Timeout"], [])


def test_what_is_too_long_is_for_the_studio_to_refuse() -> None:
    assert ask(io.BytesIO(b"x" * 9), 9, bytes_max=8) == (["200 OK"], [(b"x" * 9, 9, False)])


def test_a_quarter_of_the_threads_reads_no_bodies() -> None:
    assert NB_BODIES_AT_ONCE == 30


@pytest.mark.force
def test_slow_uploads_leave_threads_for_everybody_else(tmp_path: Path) -> None:
    """Three of four may wait for bodies. The last answers pages, and tells one more upload that there is no room."""
    with socket.create_server(("127.0.0.1", 0)) as plug:
        port = plug.getsockname()[1]
    told = environment(tmp_path, "http://127.0.0.1:9", PORT=str(port), NB_WORKER="off", NB_WEB_THREADS="4")
    if not migrated.copy_to(tmp_path / "nbstudio.sqlite3"):
        run(["manage.py", "migrate", "--verbosity", "0"], told)
    head = b"POST /api/v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx"
    with server(told) as process, ExitStack() as stack:
        assert wait_for_line(process, "Booting worker", seconds=60) is not None
        assert _status(port, "GET", "/livez") == 200
        for _ in range(3):
            stack.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(head)
        # Once they have their threads; until then there is room, and the studio answers.
        wait_until(lambda: _status(port, "POST", "/api/v1/runs", b"y") == 503, seconds=60)
        assert _status(port, "GET", "/livez") == 200


def _status(port: int, method: str, address: str, body: bytes | None = None) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, address, body)
        return connection.getresponse().status
    finally:
        connection.close()
