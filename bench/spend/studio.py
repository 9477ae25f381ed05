"""One studio with its ledger, in a process of its own, as long as the bench asks it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from ..ledger.run import empty
from .child import Filled


class Studio:
    """`seconds` are the best of all rounds, by page."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.filled = msgspec.json.decode(self._line(), type=Filled)
        self.seconds: dict[str, float] = {}

    def ask(self, for_what: str) -> None:
        """For the `review`, or for all the `lists`."""
        took = msgspec.json.decode(self._answer(for_what), type=dict[str, float])
        self.seconds |= {page: min(seconds, self.seconds.get(page, seconds)) for page, seconds in took.items()}

    def explain(self) -> dict[str, list[str]]:
        """The steps of the database, by page."""
        return msgspec.json.decode(self._answer("explain"), type=dict[str, list[str]])

    def _answer(self, word: str) -> bytes:
        assert self._process.stdin
        self._process.stdin.write(f"{word}\n".encode())
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> bytes:
        assert self._process.stdout
        return self._process.stdout.readline()


@contextmanager
def studio(database: str, entries: int, months: int) -> Iterator[Studio]:
    """Filled and folded when it is handed over."""
    with empty(database) as told:
        command = [sys.executable, "-m", "bench.spend.child", str(entries), str(months)]
        with subprocess.Popen(command, env=told, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            yield Studio(process)
            assert process.stdin
            process.stdin.close()
