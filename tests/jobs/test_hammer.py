"""kill -9 at every step and at any moment: nothing unfinished, nothing sent twice, no charge without its entry."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.jobs import judge
from tests.jobs.hammer import CRASH_POINTS, RANDOM_KILLS
from tests.sandbox.process import ROOT, RunningSandbox

pytestmark = pytest.mark.force

GENERATIONS = 48


@pytest.fixture(scope="module")
def story(gateway: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the rows and the sandbox's books say after all those deaths."""
    gateway.reset()
    hammered = subprocess.run(
        [sys.executable, "-m", "tests.jobs.hammer"],
        cwd=ROOT,
        env=environment(tmp_path_factory.mktemp("studio"), gateway.url),
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert hammered.returncode == 0, hammered.stderr[-4000:]
    told: dict[str, Any] = json.loads(hammered.stdout)
    return {**told, "requests": gateway.requests(), "charged": gateway.charges(), "log": hammered.stderr}


def environment(folder: Path, gateway_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NB_", "TEST_", "DATABASE_URL"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "nbweb.settings",
        "NB_DATA_DIR": str(folder),
        "NB_GATEWAY_URL": gateway_url,
        "NB_API_KEY": "sk-test",
        "NB_OSS_HOSTS": gateway_url,
        "NB_TIMEOUT_SCALE": "0.02",
        "NB_WORKER": "thread",
        "NB_WORKER_SLOTS": "2",
        "NB_VERIFY_AT": "never",
        "HAMMER_SEED": "402",
        "HAMMER_GENERATIONS": str(GENERATIONS),
    }


def test_every_step_was_died_at(story: dict[str, Any]) -> None:
    assert story["killed"] == len(CRASH_POINTS) + RANDOM_KILLS, story["log"][-4000:]


def test_every_generation_came_to_its_end(story: dict[str, Any]) -> None:
    statuses = Counter(story["statuses"])
    assert set(statuses) <= {"succeeded", "refused", "unknown"}, statuses
    assert statuses.total() == GENERATIONS
    assert statuses["unknown"] > 0
    assert statuses["succeeded"] > GENERATIONS / 3


@pytest.mark.parametrize("check", judge.CHECKS, ids=lambda check: check.__name__)
def test_every_promise_held(story: dict[str, Any], check: Callable[[judge.Story], object]) -> None:
    assert not check(story)
