"""The sandbox as a process of its own, for any test that needs a gateway to talk to.

    with running_sandbox(script=["429-then-ok"]) as sandbox:
        ... call sandbox.url with any key such as "sk-test" ...
        assert sandbox.charged_quota == 45_000

It listens on a free port, waits for nothing (`speed=0`) and is gone at the end of the block.
"""

import json
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS_MAX = 20.0
STOP_SECONDS_MAX = 5.0
SYSTEM_TOKEN = "sys-sandbox"
# Never through a proxy that the shell may name.
_direct = build_opener(ProxyHandler({}))


@dataclass
class RunningSandbox:
    """A sandbox that answers at `url`; its two books are lists of dictionaries, oldest first."""

    url: str
    process: subprocess.Popen[bytes]

    def requests(self) -> list[dict[str, Any]]:
        requests: list[dict[str, Any]] = self._ask("GET", "/sandbox/requests")
        return requests

    def charges(self) -> list[dict[str, Any]]:
        charges: list[dict[str, Any]] = self._ask("GET", "/sandbox/charges")
        return charges

    def downloads(self) -> list[dict[str, Any]]:
        """What was fetched from its bucket, or could not be."""
        downloads: list[dict[str, Any]] = self._ask("GET", "/sandbox/downloads")
        return downloads

    @property
    def charged_quota(self) -> int:
        """What the account has paid; 500,000 to the dollar."""
        return sum(charge["amount"] for charge in self.charges())

    @property
    def charged_micros(self) -> int:
        return self.charged_quota * 2

    def script(self, behaviours: Sequence[dict[str, Any] | str]) -> None:
        """The next call takes the first of these, and so on; after the last one come plain pictures."""
        self._ask("POST", "/sandbox/script", list(behaviours))

    def reset(self) -> None:
        """Empty books, no script, full balance."""
        self._ask("DELETE", "/sandbox/books")

    def wait_for_requests(self, count: int, *, ended: bool = True, seconds: float = 10.0) -> list[dict[str, Any]]:
        """The book of requests once it has `count` of them (that have ended). Fails after `seconds`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = [each for each in self.requests() if each["ended_at"] or not ended]
            if len(found) >= count:
                return found
            time.sleep(0.02)
        raise AssertionError(f"the sandbox saw {len(found)} requests in {seconds} s, not {count}")

    def stop(self) -> None:
        """As Ctrl-C does it. Stopping twice is fine."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the sandbox did not stop when it was told to") from None
        finally:
            if self.process.stdout is not None:
                self.process.stdout.close()

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with _direct.open(Request(self.url + path, data, method=method), timeout=10) as answer:
            return json.load(answer)


@contextmanager
def running_sandbox(
    *,
    speed: float = 0,
    script: Sequence[dict[str, Any] | str] | None = None,
    seed: int = 1,
    book: Path | None = None,
    port: int = 0,
    options: Sequence[str] = (),
) -> Iterator[RunningSandbox]:
    """A sandbox for the length of the block. `options` are further arguments of its command line."""
    command = [sys.executable, "-m", "studio.sandbox", "--port", str(port), "--speed", str(speed), "--seed", str(seed)]
    if book is not None:
        command += ["--book", str(book)]
    process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE)
    sandbox = RunningSandbox("", process)
    try:
        sandbox.url = _address(process)
        if script is not None:
            sandbox.script(script)
        yield sandbox
    finally:
        sandbox.stop()


def _address(process: subprocess.Popen[bytes]) -> str:
    """The address in the one line that a sandbox prints."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS_MAX)
    line = process.stdout.readline().decode() if ready else ""
    if not line.startswith("sandbox listening on "):
        raise AssertionError(f"the sandbox did not start: {line!r}")
    return line.split()[-1]
