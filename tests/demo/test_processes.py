"""The demo's processes: started one after the other, told to stop in the other order, none left behind."""

import os
import socket
import sys
import time

import pytest

from studio.demo.processes import CouldNotStart, Processes, free_port, is_free


def command(port: int) -> list[str]:
    return [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]


def start(running: Processes) -> int:
    port = free_port()
    running.start(command(port), environment={}, answers_at=f"http://127.0.0.1:{port}/")
    return port


def test_a_process_is_started_when_it_answers_and_gone_when_it_is_stopped() -> None:
    running = Processes()
    try:
        port = start(running)
        assert not is_free(port)
    finally:
        running.stop()
    assert [child.returncode for child in running.children] == [-15]
    assert is_free(port)


def test_a_program_that_ends_before_it_answers_is_named() -> None:
    running = Processes()
    began = time.monotonic()
    with pytest.raises(CouldNotStart, match="did not start"):
        running.start([sys.executable, "-c", "raise SystemExit(3)"], environment={}, answers_at="http://127.0.0.1:1/")
    running.stop()
    assert time.monotonic() - began < 10


def test_waiting_ends_with_the_first_child_that_ends() -> None:
    running = Processes()
    try:
        start(running)
        start(running)
        os.kill(running.children[0].pid, 9)
        running.wait()
        assert running.children[1].poll() is None
    finally:
        running.stop()


def test_a_port_that_is_taken_is_not_free_and_another_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not is_free(port)
        assert free_port(port) != port
