"""The process: it says where it is, serves many at once, and stops when told to."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.sandbox.client import NB2, PRO, Client, question
from tests.sandbox.process import ROOT, RunningSandbox, running_sandbox

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def many() -> Iterator[httpx2.Client]:
    """One client for all: making one is slower than a call."""
    limits = httpx2.Limits(max_connections=60, max_keepalive_connections=0)
    with httpx2.Client(
        trust_env=False, timeout=20, limits=limits, headers={"Authorization": "Bearer sk-test"}
    ) as client:
        yield client


def send(http: httpx2.Client, url: str, prompt: str, model: str = NB2) -> httpx2.Response:
    size = {} if model == PRO else {"size": "512"}
    return http.post(f"{url}/v1beta/models/{model}:generateContent", json=question(prompt, **size))


def test_it_stops_at_once_while_calls_wait(many: httpx2.Client) -> None:
    with running_sandbox() as sandbox, ThreadPoolExecutor(5) as pool:
        waiting = [pool.submit(send, many, sandbox.url, "[sandbox:timeout]") for _ in range(5)]
        sandbox.wait_for_requests(5, ended=False)
        started = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - started < 2
        assert sandbox.process.returncode == 0
        for call in waiting:
            with pytest.raises(httpx2.HTTPError):
                call.result()


def test_fifty_callers_are_answered_together(many: httpx2.Client, sandbox: RunningSandbox) -> None:
    started = time.monotonic()
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: send(many, sandbox.url, "[sandbox:slow=0.5]"), range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(sandbox.charges()) == 50
    # One after the other they would need 25 s.
    assert time.monotonic() - started < 8


def test_calls_take_a_believable_time_unless_told_otherwise(many: httpx2.Client) -> None:
    with running_sandbox(speed=40, options=["--plain"]) as sandbox:
        started = time.monotonic()
        assert send(many, sandbox.url, "a cat", PRO).status_code == 200
        # Pro takes 22 s at 1K, give or take 20 %.
        assert 22 * 0.8 / 40 <= time.monotonic() - started < 22 * 1.2 / 40 + 1


def test_the_same_seed_makes_the_same_picture(many: httpx2.Client) -> None:
    made = []
    for _ in range(2):
        with running_sandbox(seed=7) as sandbox:
            made.append(send(many, sandbox.url, "a pear on a plinth").json()["candidates"])
    assert made[0] == made[1]


def test_a_script_can_be_given_at_the_start(many: httpx2.Client, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"then": "status", "status": 503}]))
    with running_sandbox(options=["--script", str(script), "--plain"]) as sandbox:
        assert [send(many, sandbox.url, "a cat").status_code for _ in range(2)] == [503, 200]


def test_the_management_command_is_the_same_sandbox() -> None:
    command = [sys.executable, "manage.py", "sandbox", "--port", "0", "--speed", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    sandbox = RunningSandbox(process.stdout.readline().decode().split()[-1], process)
    try:
        assert sandbox.requests() == []
    finally:
        sandbox.stop()


def test_a_start_that_fails_says_why_in_one_line(sandbox: RunningSandbox) -> None:
    command = [sys.executable, "-m", "studio.sandbox", "--port", sandbox.url.rpartition(":")[2]]
    failed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert failed.stderr.startswith("The sandbox cannot start: ")
    assert failed.stderr.count("\n") == 1


def test_an_unknown_address_is_an_invalid_url(client: Client) -> None:
    for path in ("/v1beta/interactions", "//v1/models", "/nowhere"):
        answer = client.http.get(path)
        assert answer.status_code == 404
        assert "Invalid URL" in answer.json()["error"]["message"]
