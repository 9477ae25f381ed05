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


def asked_for_in(path: str) -> set[str]:
    """As the page has them: a histogram is asked for by its buckets."""
    return {name.removesuffix("_bucket") for name in named_in(path)}


@pytest.mark.parametrize("path", ["deploy/alerts.yml", "deploy/dashboard.json"])
def test_every_rule_and_every_panel_asks_for_a_number_that_is_there(path: str) -> None:
    assert len(asked_for_in(path)) >= 10
    assert asked_for_in(path) <= names()


def test_every_alert_leads_to_a_runbook_that_is_there() -> None:
    alerts = set(re.findall(r"alert: (\w+)", (ROOT / "deploy/alerts.yml").read_text()))
    runbooks = (ROOT / "docs/runbooks.md").read_text()
    assert alerts == set(re.findall(r"`(NBStudio\w+)`", runbooks))
    titles = re.findall(r"^## (.*)$", runbooks, re.MULTILINE)
    headings = {re.sub(r"[^a-z -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\(#([\w-]+)\)", runbooks)) <= headings


def test_every_number_is_in_the_docs() -> None:
    assert names() <= named_in("docs/operations.md")
    assert named_in("docs/operations.md") <= names()
