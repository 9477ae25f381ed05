"""The worker as the server runs it: who of two processes sends, who comes after a kill -9, and what a stop does."""

import runpy
import shutil
import signal
import socket
import time
from pathlib import Path

import pytest

from studio.demo.processes import free_port
from studio.jobs.call import MARGIN
from studio.provider.catalogue import MODELS
from tests.jobs.studio_process import OWNS, environment, kill_family, run, server, statuses, wait_for_line
from tests.sandbox.process import ROOT, RunningSandbox

pytestmark = pytest.mark.force


@pytest.fixture(scope="module")
def queue(gateway: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a studio with three boats in line, each of which takes a second."""
    folder = tmp_path_factory.mktemp("studio")
    boats = (f"Boat {number} [sandbox:slow=1]" for number in range(3))
    run(("-m", "tests.jobs.make_queue", *boats), environment(folder, gateway.url))
    return folder


@pytest.fixture
def told(gateway: RunningSandbox, queue: Path, tmp_path: Path) -> dict[str, str]:
    """The settings of a copy of it."""
    gateway.reset()
    shutil.copytree(queue, tmp_path, dirs_exist_ok=True)
    return environment(tmp_path, gateway.url, PORT=str(free_port(8_300)))


def test_two_processes_have_one_worker_and_the_second_follows_a_killed_first(
    told: dict[str, str],
) -> None:
    with server(told) as first:
        assert wait_for_line(first, OWNS, seconds=20) is not None
        with server({**told, "PORT": str(free_port(8_400))}) as second:
            assert wait_for_line(second, "Listening", seconds=20) is not None
            assert wait_for_line(second, OWNS, seconds=1) is None
            kill_family(first.pid)
            waited = wait_for_line(second, OWNS, seconds=10)
            assert waited is not None
            assert waited < 1.5


def test_F10_a_server_told_to_stop_finishes_the_calls_it_sent(
    told: dict[str, str], tmp_path: Path, gateway: RunningSandbox
) -> None:
    with server(told) as studio:
        gateway.wait_for_requests(2, ended=False, seconds=30)
        studio.send_signal(signal.SIGTERM)
        began = time.monotonic()
        studio.wait(30)
        assert time.monotonic() - began < 15
    assert statuses(tmp_path) == ["succeeded", "succeeded", "queued"]
    assert len(gateway.requests()) == 2


def test_F10_the_grace_of_a_stop_is_longer_than_the_longest_call() -> None:
    """The longest a model may take, the worker's margin around it, and half a minute."""
    longest = max(seconds for model in MODELS for seconds in model.read_timeout_seconds.values())
    grace = runpy.run_path(str(ROOT / "nbweb/gunicorn.py"))["graceful_timeout"]
    assert grace >= longest + MARGIN.total_seconds() + 30


def test_a_shell_beside_a_queue_sends_nothing(told: dict[str, str], tmp_path: Path, gateway: RunningSandbox) -> None:
    said = run(("manage.py", "shell", "-c", "import time; time.sleep(0.7); print('done')"), told)
    assert "done" in said
    assert statuses(tmp_path) == ["queued"] * 3
    assert gateway.requests() == []


TWO_MEANINGS = {
    "B158 two hosts": "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n",
    "B160 two lengths": "POST /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nContent-Length: 0\r\n",
    "B160 a length and chunks": (
        "POST /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n"
    ),
    "B160 chunks twice": (
        "POST /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"
    ),
}
"""Requests of which a proxy in front might read something else than we do."""


def test_B158_B159_B160_what_can_be_read_in_two_ways_is_read_in_none(told: dict[str, str]) -> None:
    with server({**told, "NB_WORKER": "off"}) as studio:
        assert wait_for_line(studio, "Listening", seconds=20) is not None
        answers = {name: answer(told["PORT"], said) for name, said in TWO_MEANINGS.items()}
        sound = answer(told["PORT"], "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        whole = answer(told["PORT"], "GET http://evil.example/livez HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    assert {name for name, said in answers.items() if not said.startswith("HTTP/1.1 400 ")} == set(), answers
    assert sound.startswith("HTTP/1.1 200 ")
    # The name in a first line counts for nothing: it is the host's header that is checked, and nothing repeats it.
    assert whole.startswith("HTTP/1.1 200 ")
    assert "evil" not in whole


def answer(port: str, head: str) -> str:
    with socket.create_connection(("127.0.0.1", int(port)), timeout=20) as connection:
        connection.sendall(f"{head}Connection: close\r\n\r\n0\r\n\r\n".encode())
        return connection.makefile("rb").read().decode()
