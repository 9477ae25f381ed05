"""The people of the studio, for admins: each change is saved as it is made, and goes back with one click."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from studio.membership.invitations import accept
from studio.models import Account, AuditEntry, Invitation, User
from tests.people import Cast
from tests.views.test_invitations import link_on

type SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


def address(name: str, person: User) -> str:
    return reverse(name, args=[person.pk])


def test_an_admin_sees_everybody(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(cast.dana).get("/admin-review/members/").content.decode()
    for name in ("Alice", "Bob", "Vera", "Charlie", "Dana"):
        assert f"Role of {name}" in page


def test_a_role_is_saved_with_the_way_back(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    page = dana.post(address("studio-role", cast.bob), {"role": "admin"}, headers=HTMX).content.decode()
    assert "Bob is an admin from now on" in page
    assert '<input type="hidden" name="role" value="member">' in page
    assert User.objects.get(pk=cast.bob.pk).is_studio_admin
    dana.post(address("studio-role", cast.bob), {"role": "member"}, headers=HTMX)
    assert not User.objects.get(pk=cast.bob.pk).is_studio_admin
    assert AuditEntry.objects.filter(action="role_set").count() == 2


def test_a_budget_is_saved_with_the_way_back(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.dana).post(address("person-budget", cast.bob), {"budget": "25"}, headers=HTMX)
    assert "Bob: $25.00 a month from now on" in response.content.decode()
    assert '<input type="hidden" name="budget" value="$10.00">' in response.content.decode()
    assert Account.objects.get(person=cast.bob).monthly_allowance_micros == 25_000_000


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_budget_that_is_none_is_kept_as_typed(cast: Cast, signed_in: SignIn, headers: dict[str, str]) -> None:
    response = signed_in(cast.dana).post(address("person-budget", cast.bob), {"budget": "lots"}, headers=headers)
    assert response.status_code == 422
    assert 'value="lots"' in response.content.decode()
    assert Account.objects.get(person=cast.bob).monthly_allowance_micros == 10_000_000


def test_a_closed_account_is_out_at_its_next_request(cast: Cast, signed_in: SignIn) -> None:
    """C35, B162: no session has to be looked for."""
    bob = signed_in(cast.bob)
    assert bob.get(cast.project.get_absolute_url()).status_code == 200
    response = signed_in(cast.dana).post(address("person-account", cast.bob), headers=HTMX)
    assert 'name="reopen" value="1"' in response.content.decode()
    assert bob.get(cast.project.get_absolute_url())["Location"].startswith("/accounts/login/")
    signed_in(cast.dana).post(address("person-account", cast.bob), {"reopen": "1"})
    assert User.objects.get(pk=cast.bob.pk).is_active


@pytest.mark.parametrize(("name", "typed"), [("studio-role", {"role": "member"}), ("person-account", {})])
def test_the_last_admin_is_told_what_to_do_first(
    cast: Cast, signed_in: SignIn, name: str, typed: dict[str, str]
) -> None:
    response = signed_in(cast.dana).post(address(name, cast.dana), typed)
    assert response.status_code == 409
    assert "Make somebody else an admin first" in response.content.decode()


def test_an_admin_who_is_none_any_more_is_led_home(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    dana.post(address("studio-role", cast.bob), {"role": "admin"})
    response = dana.post(address("studio-role", cast.dana), {"role": "member"}, headers=HTMX)
    assert response["HX-Redirect"] == "/"


def test_an_admin_invites_with_a_budget(cast: Cast, signed_in: SignIn) -> None:
    typed = {"email": "", "role": "member", "budget": "50", "language": "en"}
    page = signed_in(cast.dana).post("/admin-review/invitations/", typed).content.decode()
    assert link_on(page)
    invitation = Invitation.objects.get()
    assert (invitation.project, invitation.monthly_budget_micros) == (None, 50_000_000)
    accept(invitation, cast.charlie, is_new=True)
    assert Account.objects.get(person=cast.charlie).monthly_allowance_micros == 50_000_000


def test_the_people_of_djangos_admin_are_opened_and_closed_on_their_own_page(cast: Cast, signed_in: SignIn) -> None:
    """So that nothing goes past the rule of the last admin."""
    typed = {"username": "dana", "email": "dana@example.com", "first_name": "Dana", "last_name": ""}
    signed_in(cast.dana).post(f"/admin/studio/user/{cast.dana.pk}/change/", typed)
    assert User.objects.get(pk=cast.dana.pk).is_studio_admin
