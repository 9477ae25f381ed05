"""Starts the servers and the measurements, each in a process of its own, and keeps what they say."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import trustme

from .answers import picture
from .task import Outcome, Task

INPUTS = 14
INPUT_BYTES = 7_000_000
_PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Figures:
    """Medians over the rounds: of one process, `calls` calls together."""

    cpu_seconds: float
    peak_bytes: float
    is_equal: bool
    calls: int

    @property
    def peak_megabytes(self) -> float:
        """For one call."""
        return self.peak_bytes / self.calls / 1e6


@dataclass(frozen=True)
class Case:
    """What is measured: `calls` at once of one kind in one way."""

    way: str
    answer: str
    kind: str = "reply"
    calls: int = 1
    tls: bool = False


class Lab:
    """Two servers, one of them with TLS, and a folder for what comes in. Made by `open_lab`."""

    def __init__(self, directory: Path, ports: dict[bool, int], authority: Path) -> None:
        self._directory = directory
        self._ports = ports
        # OpenSSL's own variable, and that of requests: all ways trust the bench's authority without a word in the code.
        self._environment = {**os.environ, "SSL_CERT_FILE": str(authority), "REQUESTS_CA_BUNDLE": str(authority)}
        self._inputs = tuple(str(directory / f"input-{number}.png") for number in range(INPUTS))
        for number, path in enumerate(self._inputs):
            Path(path).write_bytes(picture(INPUT_BYTES, number))

    def measure(self, cases: list[Case], rounds: int) -> dict[Case, Figures]:
        """Every case once a round, so that whatever else the machine does is shared by all of them."""
        found: dict[Case, list[Outcome]] = {case: [] for case in cases}
        for _ in range(rounds):
            for case in cases:
                found[case].append(self._once(case))
        return {case: _median(outcomes, case.calls) for case, outcomes in found.items()}

    def _once(self, case: Case) -> Outcome:
        with tempfile.TemporaryDirectory(dir=self._directory) as directory:
            task = Task(
                way=case.way,
                kind=case.kind,
                answer=case.answer,
                url=f"{'https' if case.tls else 'http'}://127.0.0.1:{self._ports[case.tls]}",
                directory=directory,
                calls=case.calls,
                files=self._inputs if case.kind == "request" else (),
            )
            done = subprocess.run(
                [sys.executable, "-m", "bench.payload.child", msgspec.json.encode(task).decode()],
                env=self._environment,
                stdout=subprocess.PIPE,
                timeout=_PATIENCE_SECONDS,
                check=True,
            )
        return msgspec.json.decode(done.stdout, type=Outcome)


def _median(outcomes: list[Outcome], calls: int) -> Figures:
    return Figures(
        cpu_seconds=statistics.median(outcome.cpu_seconds for outcome in outcomes),
        peak_bytes=statistics.median(outcome.peak_bytes for outcome in outcomes),
        is_equal=all(outcome.is_equal for outcome in outcomes),
        calls=calls,
    )


@contextmanager
def open_lab() -> Iterator[Lab]:
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(directory / "authority.pem"))
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(directory / "server.pem"))
        ports = {
            False: stack.enter_context(_server()),
            True: stack.enter_context(_server(str(directory / "server.pem"))),
        }
        yield Lab(directory, ports, directory / "authority.pem")


@contextmanager
def _server(*arguments: str) -> Iterator[int]:
    """The port of a server in its own process, which ends with its input."""
    command = [sys.executable, "-m", "bench.payload.server", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
