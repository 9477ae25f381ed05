"""The studio that is measured."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.jobs.studio_process import run

from .entry import Entry, Filled


@dataclass(frozen=True)
class Lab:
    """A filled studio: its folder, what its processes are told, and who comes in."""

    folder: Path
    told: dict[str, str]
    filled: Filled

    def admitted(self, username: str) -> int:
        return msgspec.json.decode(run(["-m", "bench.web.inside", "admitted", username], self.told), type=int)


def gallery(entry: Entry) -> str:
    return f"/projects/{entry.project}/gallery/"
