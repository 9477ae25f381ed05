"""`make soak`, for some seconds: people at web and worker processes, and the books at the end."""

from pathlib import Path

import pytest

from bench.jobs.studio import open_lab
from bench.soak.memory import drift
from bench.soak.soak import soak
from tests import pg


@pytest.mark.force
@pytest.mark.pg
@pytest.mark.skipif(pg.missing() is not None, reason="no PostgreSQL")
def test_a_team_at_work_leaves_books_that_agree(tmp_path: Path) -> None:
    with open_lab(tmp_path) as lab:
        told = soak(lab, seconds=8, people=6)
    assert told.wrong == []
    assert told.calls > 0
    assert told.memory.drift("web") < 1
    assert {"project", "submit"} <= set(told.kept.seconds)


def test_growth_is_seen_whatever_the_beginning_was_and_a_single_peak_is_none() -> None:
    warm_up, flat = [50.0] * 30, [100.0] * 90
    assert drift([*warm_up, *flat]) == 0
    assert drift([*warm_up, *flat[:60], 900.0, *flat[61:]]) == 0
    assert drift([*warm_up, *(100 + number / 3 for number in range(90))]) == pytest.approx(0.19, abs=0.01)
