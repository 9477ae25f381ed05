"""A test of the tests: whatever bug is planted in the service, the machine finds it, and soon."""

import time

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.stateful import run_state_machine_as_test

from studio.jobs.submit import OverBudget, PriceChanged
from tests.money.bugs import BUGS, Bug
from tests.money.machine import Studio

# The machine itself runs on both databases; that it finds what is wrong shows on one.
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.plain,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SECONDS = 60
"""Of its processor, whatever else the machine does."""
CAUGHT = (AssertionError, IntegrityError, pytest.fail.Exception, OverBudget, PriceChanged)
"""The machine's word, the database's, or a refusal that never came, or came where none was due.

A bug that breaks down by itself proves nothing.
"""

# The same lives every time, as many as it takes, and the first that goes wrong is enough.
SAME_LIVES = settings(
    max_examples=60,
    stateful_step_count=30,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
    verbosity=Verbosity.quiet,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.usefixtures("studio")
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.sentence)
def test_a_planted_bug_is_caught(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)
    began = time.process_time()
    with pytest.raises(CAUGHT):
        run_state_machine_as_test(Studio, settings=SAME_LIVES)
    assert time.process_time() - began < SECONDS
