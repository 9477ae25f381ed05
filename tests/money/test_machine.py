"""Whatever people, workers, the provider and the calendar do, in whatever order: the money is where it should be."""

import os
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.money.machine import Studio

pytestmark = pytest.mark.thorough

LIVES: Final = int(os.environ.get("CASES", "10"))
"""CASES=500 lives longer."""
STEPS: Final = 30


@pytest.mark.usefixtures("studio")
def test_the_money_is_where_the_book_says() -> None:
    # Thirty steps can be read as they are, and to make them fewer takes longer than a test may.
    phases = (Phase.reuse, Phase.generate)
    chosen = settings(
        max_examples=LIVES, stateful_step_count=STEPS, phases=phases, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Studio, settings=chosen)
