"""The demo's refused picture: made once by the real steps, and there where it is to be seen."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from studio.demo.declined import PROJECT, make_declined
from studio.ledger import audit
from studio.models import Generation, LedgerEntry, User
from studio.provider.outcome import Charge, Outcome
from studio.reimbursement.calls import eligible, read
from studio.reimbursement.plan import PlanMonth
from studio.verify import gateway_log

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def spool(settings: Settings, tmp_path: Path) -> Path:
    settings.NB_SPOOL_DIR = tmp_path / "spool"
    return settings.NB_SPOOL_DIR


def test_it_is_eligible_and_the_books_are_in_order(spool: Path) -> None:
    make_declined(now=NOON)
    (found,) = read(eligible(PlanMonth(NOON.date().replace(day=1))))
    assert (found.why_not, found.logged_micros) == (None, 90_000)
    generation = Generation.objects.get(project__name=PROJECT)
    assert (generation.status, generation.outcome, generation.charge) == (
        "refused",
        Outcome.REFUSED_OUTPUT,
        Charge.CHARGED,
    )
    assert list(audit.findings()) == list(gateway_log.find(audit.Scope(now=timezone.now()))) == []
    assert not list(spool.iterdir())


def test_a_second_start_changes_nothing() -> None:
    make_declined(now=NOON)
    before = LedgerEntry.objects.count()
    make_declined(now=NOON)
    assert LedgerEntry.objects.count() == before


def test_nobody_signs_in_as_who_asked_for_it() -> None:
    make_declined(now=NOON)
    assert not User.objects.get(username="noor").has_usable_password()
