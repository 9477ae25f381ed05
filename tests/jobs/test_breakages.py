"""The checks of the hammer, tried: each of these mistakes, planted in the workers, is found by the check that is named.

And without a mistake the same kills, sleeps and doubled messages lead to no finding at all.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.jobs import judge
from tests.jobs.breakages import BREAKAGES, SCENES
from tests.jobs.studio_process import run
from tests.jobs.test_hammer import environment
from tests.sandbox.process import ROOT, RunningSandbox

pytestmark = [pytest.mark.force, pytest.mark.sqlite]

FOUND = [
    # mistake, what is done to the workers, a check that finds it
    ("marked_after_the_send", "killed", "sent_off_the_record"),
    ("charge_left_out", "killed", "charged_and_not_on_record"),
    ("hold_left_open", "killed", "findings"),
    ("maybe_sent_is_sent_again", "killed", "sent_again_after_it_was_charged"),
    ("nobody_sweeps", "killed", "unfinished"),
    ("fence_ignored", "asleep", "sent_again_after_it_was_charged"),
    ("everybody_may_claim", "told_thrice", "sent_again_after_it_was_charged"),
]


@pytest.fixture(scope="module")
def empty(gateway: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A studio's folder with its people and no run. Making one takes longer than all that is done to it here."""
    folder = tmp_path_factory.mktemp("empty")
    run(("-m", "tests.jobs.make_queue"), environment(folder, gateway.url))
    return folder


@pytest.fixture
def folder(empty: Path, tmp_path: Path) -> Path:
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    return tmp_path


def broken_promises(gateway: RunningSandbox, folder: Path, *, breakage: str, scene: str) -> set[str]:
    gateway.reset()
    told = environment(folder, gateway.url) | {"HAMMER_BREAKAGE": breakage, "HAMMER_SCENE": scene}
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs.breakages"],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    story = {**json.loads(done.stdout), "requests": gateway.requests(), "charged": gateway.charges()}
    assert story["requests"], done.stderr[-4000:]
    return judge.broken_promises(story)


@pytest.mark.parametrize("scene", SCENES)
def test_honest_workers_break_no_promise(gateway: RunningSandbox, folder: Path, scene: str) -> None:
    assert broken_promises(gateway, folder, breakage="", scene=scene) == set()


@pytest.mark.parametrize(("breakage", "scene", "check"), FOUND, ids=[f"{name} {scene}" for name, scene, _ in FOUND])
def test_a_mistake_is_found(gateway: RunningSandbox, folder: Path, breakage: str, scene: str, check: str) -> None:
    assert check in broken_promises(gateway, folder, breakage=breakage, scene=scene)


def test_every_mistake_is_tried() -> None:
    assert {name for name, *_ in FOUND} == set(BREAKAGES)
