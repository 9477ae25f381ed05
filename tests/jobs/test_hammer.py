"""kill -9 at every step and at any moment: nothing unfinished, nothing sent twice, no charge without its entry."""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

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
        timeout=120,
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


def test_no_attempt_was_sent_twice(story: dict[str, Any]) -> None:
    assert [attempt for attempt, times in Counter(seen(story)).items() if times > 1] == []


def test_nothing_was_sent_that_is_not_on_record(story: dict[str, Any]) -> None:
    assert set(seen(story)) <= {attempt["id"] for attempt in story["attempts"]}


def test_nothing_was_sent_again_after_it_was_charged(story: dict[str, Any]) -> None:
    paid = {charge["attempt"] for charge in story["charged"]}
    tries: dict[int, list[bool]] = defaultdict(list)
    for attempt in story["attempts"]:
        tries[attempt["generation"]].append(attempt["id"] in paid)
    assert [generation for generation, charged in tries.items() if any(charged[:-1])] == []


def test_every_charge_of_the_provider_has_its_entry(story: dict[str, Any]) -> None:
    ours = {charge["attempt"]: charge["micros"] for charge in story["charges"]}
    theirs = {charge["attempt"]: charge["amount"] * 2 for charge in story["charged"]}
    assert {attempt: micros for attempt, micros in theirs.items() if ours.get(attempt) != micros} == {}


def test_every_confirmed_charge_is_in_the_provider_s_book(story: dict[str, Any]) -> None:
    confirmed = {charge["attempt"] for charge in story["charges"] if charge["certainty"] == "confirmed"}
    assert confirmed <= {charge["attempt"] for charge in story["charged"]}


def test_the_audit_finds_nothing(story: dict[str, Any]) -> None:
    assert story["findings"] == []


def seen(story: dict[str, Any]) -> list[str]:
    return [request["attempt"] for request in story["requests"]]
