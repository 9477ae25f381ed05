"""The audit log: each act of an admin, in the same transaction, and never changed again."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio import audit_log
from studio.ledger import decisions
from studio.models import AuditEntry, GatewayKey, ModelSwitch, User
from tests.people import Cast
from tests.views.test_asking import charge, request

type SignIn = Callable[[User], Client]


def lines() -> list[tuple[str, str, dict[str, list[str]], str]]:
    """Oldest first: action, target, changes, note."""
    found = AuditEntry.objects.order_by("pk")
    return [(entry.action, entry.target_name, entry.changes, entry.note) for entry in found]


def test_a_budget_that_is_set_says_what_it_was(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    dana.post(reverse("budgets"), {"of": f"person {cast.bob.pk}", "budget": "12.50"})
    dana.post(reverse("budgets"), {"of": f"project {cast.project.public_id}", "budget": "80"})
    dana.post(reverse("budgets"), {"of": f"project {cast.project.public_id}", "budget": "80"})
    dana.post(reverse("budgets"), {"of": f"project {cast.project.public_id}", "budget": ""})
    name = "monthly budget"
    assert lines() == [
        ("budget_set", "bob", {name: ["$10.00", "$12.50"]}, ""),
        ("budget_set", "Autumn catalogue", {name: ["no limit", "$80.00"]}, ""),
        ("budget_set", "Autumn catalogue", {name: ["$80.00", "no limit"]}, ""),
    ]


def test_what_is_decided_is_there_with_its_reason(cast: Cast) -> None:
    now = timezone.now()
    decisions.decline(request(cast), by=cast.dana, now=now)
    decisions.grant(request(cast, for_project=True), 5_000_000, by=cast.dana, now=now)
    question = decisions.ask_about(charge(cast), note="Why?", now=now)
    decisions.give_back(question, answer="Our mistake", by=cast.dana, now=now)
    assert [(action, note) for action, _target, _changes, note in lines()] == [
        ("request_declined", "For the fair"),
        ("request_granted", "For the fair"),
        ("budget_set", ""),
        ("given_back", "Our mistake"),
    ]


def test_what_is_changed_in_the_admin_says_what_stood_there(cast: Cast, signed_in: SignIn) -> None:
    switch = ModelSwitch.objects.create(model_key="lite", is_enabled=True)
    address = reverse("admin:studio_modelswitch_change", args=[switch.pk])
    assert signed_in(cast.dana).post(address, {"model_key": "lite"}).status_code == 302
    assert lines() == [("changed", "lite", {"is_enabled": ["True", ""]}, "")]


def test_a_password_is_never_in_it(cast: Cast, signed_in: SignIn) -> None:
    address = reverse("admin:auth_user_password_change", args=[cast.bob.pk])
    secret = "a new and long enough secret"
    signed_in(cast.dana).post(address, {"password1": secret, "password2": secret, "usable_password": "true"})
    text = signed_in(cast.dana).get(reverse("audit")).content.decode()
    assert secret not in text
    assert lines() == [("changed", "bob", {"password": ["•••", "•••"]}, "")]


def test_a_key_that_is_stopped_is_an_act_too(cast: Cast, signed_in: SignIn) -> None:
    key = GatewayKey.objects.named("main")
    sent = {"action": "stop_sending", "_selected_action": [key.pk], "post": "yes"}
    signed_in(cast.dana).post(reverse("admin:studio_gatewaykey_changelist"), sent)
    assert lines() == [("changed", "main", {}, "Stopped sending.")]


def test_an_act_that_is_rolled_back_was_none(cast: Cast) -> None:
    asked = request(cast)
    decisions.decline(asked, by=cast.dana, now=timezone.now())
    with pytest.raises(decisions.AlreadyDecided):
        decisions.grant(asked, 1_000_000, by=cast.dana, now=timezone.now())
    assert [action for action, *_rest in lines()] == ["request_declined"]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written(cast: Cast) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit_log.record(cast.dana, AuditEntry.Action.CHANGED, cast.project)
    assert lines() == []


@pytest.mark.parametrize("statement", ["UPDATE studio_auditentry SET note = 'x'", "DELETE FROM studio_auditentry"])
def test_the_database_itself_refuses_to_change_it(cast: Cast, statement: str) -> None:
    decisions.decline(request(cast), by=cast.dana, now=timezone.now())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    entry = AuditEntry.objects.get()
    for change in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(TypeError, match="append-only"):
            change()


def test_the_page_lists_it_by_hundreds(cast: Cast, signed_in: SignIn) -> None:
    with transaction.atomic():
        for number in range(101):
            audit_log.record(cast.dana, AuditEntry.Action.CHANGED, cast.project, note=f"act {number}.")
    dana = signed_in(cast.dana)
    text = dana.get(reverse("audit")).content.decode()
    assert "act 100." in text
    assert "act 0." not in text
    oldest = AuditEntry.objects.order_by("-pk")[99].pk
    assert f"?before={oldest}" in text
    assert "act 0." in dana.get(reverse("audit"), {"before": oldest}).content.decode()
    assert dana.get(reverse("audit"), {"before": "x"}).status_code == 404


def test_only_for_admins(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.alice).get(reverse("audit")).status_code == 403
