"""What is swept out of the spool, and what is still needed."""

import os
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from studio.jobs.sweep import KEPT, UNMARKED, sweep
from studio.models import Attempt
from studio.provider.spool import Spool
from tests import people
from tests.jobs.asking import draw
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db

MOMENT = timedelta(seconds=1)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.NB_SPOOL_DIR = tmp_path / "spool"
    return tmp_path / "spool"


def leave(folder: Path, attempt_id: object) -> Path:
    Spool(folder, reserve_bytes=0).open(str(attempt_id)).close()
    return folder / f"{attempt_id}.partial"


def begun(left: Path, ago: timedelta) -> None:
    moment = time.time() - ago.total_seconds()
    os.utime(left, (moment, moment))


def test_an_answer_nobody_could_use_is_kept_for_a_week(cast: Cast, sandbox: RunningSandbox, settings: Settings) -> None:
    attempt = draw(cast, "A boat [sandbox:corrupt]").attempts.get()
    assert attempt.finished_at is not None
    assert sweep(now=attempt.finished_at + KEPT - MOMENT) == 0
    assert sweep(now=attempt.finished_at + KEPT + MOMENT) == 1
    assert list(settings.NB_SPOOL_DIR.iterdir()) == []


def test_a_call_that_is_not_concluded_keeps_its_answer_however_old(folder: Path) -> None:
    cast = people.cast()
    attempt = make_attempt(make_run(cast.bob, cast.project).generations.get())
    left = leave(folder, attempt.pk)
    assert sweep(now=timezone.now() + timedelta(days=400)) == 0
    Attempt.objects.filter(pk=attempt.pk).update(answered_at=timezone.now())
    assert sweep(now=timezone.now() + timedelta(days=400)) == 0
    assert left.is_dir()


def test_a_call_that_was_never_marked_leaves_its_space_after_an_hour(folder: Path) -> None:
    left = leave(folder, uuid.uuid4())
    begun(left, UNMARKED - 30 * MOMENT)
    assert sweep(now=timezone.now()) == 0
    begun(left, UNMARKED + MOMENT)
    assert sweep(now=timezone.now()) == 1
    assert not left.exists()


def test_F15_a_call_that_is_being_prepared_keeps_its_space_although_the_clock_jumped(folder: Path) -> None:
    cast = people.cast()
    make_run(cast.bob, cast.project).generations.update(worker_id=uuid.uuid4())
    left = leave(folder, uuid.uuid4())
    begun(left, 2 * UNMARKED)
    assert sweep(now=timezone.now()) == 0
    assert left.is_dir()


def test_what_is_not_of_our_making_is_left_alone(folder: Path) -> None:
    left = leave(folder, "somebody-elses")
    assert sweep(now=timezone.now() + timedelta(days=400)) == 0
    assert left.is_dir()


def test_without_a_spool_there_is_nothing_to_sweep(folder: Path) -> None:
    assert sweep(now=timezone.now()) == 0
