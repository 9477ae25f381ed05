"""Somebody leaves while their pictures wait, or are under way."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.jobs.run import run_once
from studio.jobs.withdraw import withdraw
from studio.ledger import audit
from studio.models import Generation, Kind, LedgerEntry, Membership, Output, Role, Status
from tests import people
from tests.jobs.asking import ask, draw
from tests.jobs.test_outcomes import FREE, PAID, facts
from tests.ledger.test_post import left
from tests.people import MONEY_MICROS, Cast
from tests.runs import make_attempt
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db


def leave(cast: Cast) -> None:
    Membership.objects.filter(project=cast.project, person=cast.bob).delete()


def only_look(cast: Cast) -> None:
    Membership.objects.filter(project=cast.project, person=cast.bob).update(role=Role.VIEWER)


def close_account(cast: Cast) -> None:
    cast.bob.is_active = False
    cast.bob.save()


WAYS = pytest.mark.parametrize(
    "go", [leave, only_look, close_account], ids=["F68 leaves the project", "F68 may only look", "F69 account closed"]
)


@WAYS
def test_F68_F69_what_waits_is_cancelled_for_nothing(cast: Cast, go: Callable[[Cast], None]) -> None:
    """Bob's two, and nobody else's."""
    mine = ask(cast, variations=2)
    theirs = ask(Cast(cast.bob, cast.alice, cast.vera, cast.charlie, cast.dana, cast.project))
    go(cast)
    assert withdraw(now=timezone.now()) == 2
    assert {facts(each)[:3] for each in mine.generations.all()} == {("cancelled", "cancelled", "none")}
    assert {each.reason for each in mine.generations.all()} == {"no_longer_a_maker"}
    assert left(cast.bob) == MONEY_MICROS
    assert theirs.generations.get().status == Status.QUEUED
    assert withdraw(now=timezone.now()) == 0
    assert list(audit.findings()) == []


@WAYS
def test_F68_F69_a_worker_that_comes_first_sends_nothing(
    cast: Cast, sandbox: RunningSandbox, go: Callable[[Cast], None]
) -> None:
    generation = ask(cast).generations.get()
    go(cast)
    run_once(generation.pk)
    generation.refresh_from_db()
    assert facts(generation) == ("cancelled", "cancelled", "none", [], FREE)
    assert sandbox.requests() == []


@WAYS
def test_F68_F69_what_is_under_way_is_left_alone(cast: Cast, go: Callable[[Cast], None]) -> None:
    generation = ask(cast).generations.get()
    make_attempt(generation)
    go(cast)
    assert withdraw(now=timezone.now()) == 0
    generation.refresh_from_db()
    assert generation.status == Status.SENDING


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
@WAYS
def test_F68_F69_a_call_that_was_sent_ends_with_its_picture_and_its_charge(
    sandbox: RunningSandbox, go: Callable[[Cast], None]
) -> None:
    """Gone between the sending and the answer: the picture belongs to the project, the charge stays Bob's."""
    cast = people.cast()
    generation = ask(cast, "A boat [sandbox:slow=0.3]").generations.get()

    def work() -> None:
        run_once(generation.pk)
        connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    sandbox.wait_for_requests(1, ended=False)
    go(cast)
    assert withdraw(now=timezone.now()) == 0
    worker.join()
    generation.refresh_from_db()
    assert facts(generation) == ("succeeded", "delivered", "charged", ["primary"], PAID)
    assert Output.objects.visible_to(cast.alice).get().generation == generation
    assert LedgerEntry.objects.get(kind=Kind.CHARGE).account.person == cast.bob


def test_F68_the_pictures_of_a_project_are_closed_to_whoever_left_it(
    cast: Cast, sandbox: RunningSandbox, client: Client
) -> None:
    output = draw(cast).outputs.get()
    address = reverse("output-file", args=[output.public_id, "original"])
    client.force_login(cast.bob)
    shown = client.get(address)
    assert b"".join(shown.streaming_content)  # type: ignore[attr-defined]
    leave(cast)
    assert client.get(address).status_code == 404


def test_F68_an_admin_needs_no_project_of_their_own(cast: Cast) -> None:
    ask(Cast(cast.bob, cast.dana, cast.vera, cast.charlie, cast.dana, cast.project))
    assert withdraw(now=timezone.now()) == 0


def test_F69_a_project_with_money_in_the_ledger_cannot_be_deleted(cast: Cast) -> None:
    ask(cast)
    with pytest.raises(ProtectedError):
        cast.project.delete()
    assert Generation.objects.count() == LedgerEntry.objects.filter(project=cast.project).count() == 1
