"""Rules and docs speak of numbers that the page has, and of no others."""

import re
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from studio.metrics.facts import facts
from studio.telemetry import events  # noqa: F401  (which makes the counters)

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


def names() -> set[str]:
    """As they are asked for: a counter's with its ending."""
    there = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in (*REGISTRY.collect(), *facts())
        if metric.name.startswith("nb_")
    }
    return there | {"nb_spool_free_bytes"}  # once there is a spool


def named_in(path: str) -> set[str]:
    return set(re.findall(r"\bnb_[a-z_]+", (ROOT / path).read_text()))


def test_every_rule_asks_for_a_number_that_is_there() -> None:
    assert len(named_in("deploy/alerts.yml")) >= 10
    assert named_in("deploy/alerts.yml") <= names()


def test_every_number_is_in_the_docs() -> None:
    assert names() <= named_in("docs/operations.md")
    assert named_in("docs/operations.md") <= names()
