"""A dear run is asked about once more; a cheap one, or one that cannot be paid, is not."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from studio.models import AuditEntry, Instance, Run, User
from tests.people import Cast, allow
from tests.views.composing import HTMX, fields

type SignIn = Callable[[User], Client]


def send(client: Client, cast: Cast, **changed: object) -> tuple[int, str]:
    """Eight pictures by Pro, $0.72."""
    sent = fields(variations="8", quoted_micros="720000") | changed
    response = client.post(reverse("runs", args=[cast.project.public_id]), sent, headers=HTMX)
    return response.status_code, response.content.decode()


@pytest.fixture(autouse=True)
def threshold(db: None) -> None:
    Instance.current()
    Instance.objects.update(confirm_above_micros=500_000)


def test_a_dear_run_waits_for_a_second_click(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    status, text = send(bob, cast)
    assert (status, Run.objects.count()) == (409, 0)
    for words in ("Spend this much?", "8 × $0.09 = $0.72 is more than $0.50 at once", "Yes, spend $0.72"):
        assert words in text
    assert send(bob, cast, confirmed="720000")[0] == 200
    assert Run.objects.get().variations == 8


def test_a_yes_to_another_sum_is_none(cast: Cast, signed_in: SignIn) -> None:
    assert send(signed_in(cast.bob), cast, confirmed="90000")[0] == 409


@pytest.mark.parametrize("limit", [720_000, 800_000, None])
def test_up_to_the_threshold_nobody_is_asked(cast: Cast, signed_in: SignIn, limit: int | None) -> None:
    Instance.objects.update(confirm_above_micros=limit)
    assert send(signed_in(cast.bob), cast)[0] == 200


def test_what_cannot_be_paid_is_said_to_be_too_much(cast: Cast, signed_in: SignIn) -> None:
    allow(cast.bob, 600_000)
    status, text = send(signed_in(cast.bob), cast)
    assert status == 422
    assert "This run costs more than you have left" in text


def test_an_admin_sets_the_threshold(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    text = dana.post(reverse("budgets"), {"of": "threshold", "budget": "1.50"}, follow=True).content.decode()
    assert "A run that costs more than $1.50 is asked about once more." in text
    assert 'value="1.50"' in text
    assert AuditEntry.objects.get().changes == {"asks above": ["$0.50", "$1.50"]}
    assert dana.post(reverse("budgets"), {"of": "threshold", "budget": "lots"}).status_code == 422
    dana.post(reverse("budgets"), {"of": "threshold", "budget": ""})
    assert Instance.current().confirm_above_micros is None
