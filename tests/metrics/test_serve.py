"""The page for machines: on its own port, from whichever process has it, and never where visitors are."""

import signal
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from studio.demo.processes import free_port
from tests.jobs.conftest import gateway  # noqa: F401
from tests.jobs.studio_process import environment, run, server, wait_for_line
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.force


def page(port: int, path: str = "/metrics", *, seconds: float = 10) -> str:
    """What is there, once anybody listens."""
    ends_at = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as refusal:
            return f"{refusal.code}"
        except OSError:
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.05)


def test_the_studio_itself_has_no_such_address() -> None:
    with pytest.raises(Resolver404):
        resolve("/metrics")


def test_two_processes_of_a_server_answer_as_one_and_visitors_see_nothing(
    gateway: RunningSandbox,  # noqa: F811
    tmp_path: Path,
) -> None:
    run(("-m", "tests.jobs.make_queue", "A boat"), environment(tmp_path, gateway.url))
    port, metrics = free_port(8_300), free_port(9_460)
    told = environment(
        tmp_path, gateway.url, PORT=str(port), WEB_CONCURRENCY="2", NB_METRICS=f"127.0.0.1:{metrics}", NB_LOG="json"
    )
    with server(told) as studio:
        assert wait_for_line(studio, f"http://127.0.0.1:{metrics}/metrics", seconds=30) is not None
        gateway.wait_for_requests(1, ended=True, seconds=30)
        ends_at = time.monotonic() + 20
        while 'nb_attempts_total{outcome="delivered",status="200"} 1.0' not in (said := page(metrics)):
            assert time.monotonic() < ends_at, said
            time.sleep(0.1)
        assert "nb_queue_depth 0.0" in said
        assert "nb_" not in page(port, "/metrics")
        assert page(metrics, "/livez") != "ok\n"
        studio.send_signal(signal.SIGTERM)
        studio.wait(30)
    with pytest.raises(OSError, match="refused"):
        page(metrics, seconds=0)
