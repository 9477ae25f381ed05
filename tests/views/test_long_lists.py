"""Every list asks the database as often for many rows as for few; with a million: `make bench BENCH=lists`."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from studio.audit_log import record
from studio.ledger.decisions import ask_about
from studio.models import AuditEntry, Kind, LedgerEntry, Notice, User
from studio.notices.tell import News, tell
from studio.provider.outcome import Outcome
from studio.views import library
from tests import people
from tests.library.kept import make_prompt
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]


def grow(cast: Cast, number: int) -> None:
    """One more of everything that is listed, and one more person."""
    now = timezone.now()
    make_prompt(cast.bob, cast.project, title=f"Still life {number}")
    frame = make_run(cast.dana, cast.project).generations.get()
    end(frame, Outcome.REFUSED_OUTPUT)
    ask_about(LedgerEntry.objects.filter(kind=Kind.CHARGE).latest("pk"), note="No picture came", now=now)
    about = News(kind=Notice.Kind.APPROVED, about=f"{number}", by=cast.bob, project=cast.project, generation=frame)
    tell([cast.dana.pk], about, now=now)
    with transaction.atomic():
        record(cast.dana, AuditEntry.Action.CHANGED, User.objects.create_user(f"p{number}"))


def test_a_long_list_costs_no_more_questions_than_a_short_one(cast: Cast, signed_in: SignIn) -> None:
    people.allow(cast.dana, people.MONEY_MICROS)
    dana = signed_in(cast.dana)
    names = ("usage", "notices", "audit", "inbox", "people", "budgets", "provider", "spend", "charges")
    addresses = [*map(reverse, names), reverse("prompts", args=[cast.project.public_id])]
    asked: list[list[int]] = []
    for more in (2, 6):
        for _ in range(more):
            grow(cast, Notice.objects.count())
        asked.append([_questions(dana, address) for address in addresses])
    few, many = (dict(zip(addresses, numbers, strict=True)) for numbers in asked)
    assert few == many


def _questions(client: Client, address: str) -> int:
    client.get(address)  # what is made when first asked for
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_a_large_library_is_not_counted_to_its_end(
    cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "COUNTED_MAX", 2)
    for number in range(3):
        make_prompt(cast.bob, cast.project, title=f"Still life {number}")
    page = signed_in(cast.bob).get(reverse("prompts", args=[cast.project.public_id])).content.decode()
    assert "More than a thousand prompts shared by the team." in page
