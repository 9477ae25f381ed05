"""The people of a project: everybody in it looks and may leave, owners change it, strangers see nothing."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from studio.models import Membership, Role, User
from tests.people import Cast
from tests.runs import make_run

type SignIn = Callable[[User], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}


def address(cast: Cast, name: str = "members", person: User | None = None) -> str:
    keys = [cast.project.public_id]
    if person is not None:
        keys.append(Membership.objects.get(project=cast.project, person=person).public_id)
    return reverse(name, args=keys)


@pytest.mark.parametrize("name", ["alice", "bob", "vera", "dana"])
def test_everybody_in_it_sees_who_is(cast: Cast, signed_in: SignIn, name: str) -> None:
    page = signed_in(getattr(cast, name)).get(address(cast)).content.decode()
    assert "vera@example.com" in page
    assert ('aria-label="Role of Vera"' in page) is (name in {"alice", "dana"})
    assert ("Invite people" in page) is (name in {"alice", "dana"})
    assert ("Leave Autumn catalogue" in page) is (name != "dana")


def test_a_stranger_sees_nothing(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.charlie).get(address(cast)).status_code == 404


def test_an_owner_sets_a_role_and_is_told_the_way_back(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.alice).post(address(cast, "member", cast.vera), {"role": "maker"}, **HTMX)
    page = response.content.decode()
    assert Membership.objects.get(person=cast.vera).role == Role.MAKER
    assert "Vera is Maker from now on" in page
    assert '<input type="hidden" name="role" value="viewer">' in page


def test_without_script_it_redirects(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.alice).post(address(cast, "member", cast.vera), {"role": "maker"})
    assert (response.status_code, response["Location"]) == (302, address(cast))


@pytest.mark.parametrize("role", ["", "admin", "boss"])
def test_a_role_is_one_of_three(cast: Cast, signed_in: SignIn, role: str) -> None:
    response = signed_in(cast.alice).post(address(cast, "member", cast.vera), {"role": role, "is_staff": "on"})
    assert response.status_code == 422
    assert Membership.objects.get(person=cast.vera).role == Role.VIEWER


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_last_owner_is_told_what_to_do_first(cast: Cast, signed_in: SignIn, headers: dict[str, str]) -> None:
    response = signed_in(cast.dana).post(address(cast, "member", cast.alice), {"role": "viewer"}, **headers)
    assert response.status_code == 409
    assert "Make somebody else an owner first" in response.content.decode()


def test_whoever_demotes_themselves_gets_the_page_they_may_see_now(cast: Cast, signed_in: SignIn) -> None:
    Membership.objects.filter(person=cast.bob).update(role=Role.OWNER)
    response = signed_in(cast.alice).post(address(cast, "member", cast.alice), {"role": "viewer"}, **HTMX)
    assert response["HX-Redirect"] == address(cast)


def test_a_member_is_removed_and_locked_out_at_once(cast: Cast, signed_in: SignIn) -> None:
    """T6: the very next request of an open page is told to load anew, and finds nothing."""
    generation = make_run(cast.bob, cast.project).generations.get()
    bob = signed_in(cast.bob)
    poll = reverse("running", args=[cast.project.public_id])
    assert bob.get(poll, {"since": ""}, **HTMX).status_code in {200, 204}
    signed_in(cast.alice).post(address(cast, "member-removal", cast.bob))
    answer = bob.get(poll, **HTMX)
    assert (answer.status_code, answer["HX-Refresh"]) == (404, "true")
    assert bob.get(cast.project.get_absolute_url()).status_code == 404
    assert bob.get(reverse("generation", args=[generation.public_id])).status_code == 404
    page = signed_in(cast.alice).get(cast.project.get_absolute_url()).content.decode()
    assert "Bob" in page


def test_a_maker_who_may_only_look_now_loses_the_composer_at_the_next_request(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    Membership.objects.filter(person=cast.bob).update(role=Role.VIEWER)
    answer = bob.post(reverse("composition", args=[cast.project.public_id]), {}, **HTMX)
    assert (answer.status_code, answer["HX-Refresh"]) == (403, "true")
    assert "You can look and comment" in bob.get(cast.project.get_absolute_url()).content.decode()


def test_somebody_else_of_another_project_is_not_there(cast: Cast, signed_in: SignIn) -> None:
    """The id of a member of one project under the address of another."""
    signed_in(cast.charlie).post("/projects/", {"name": "Café launch"})
    foreign = Membership.objects.get(person=cast.charlie)
    for name in ("member", "member-removal", "ownership"):
        target = reverse(name, args=[cast.project.public_id, foreign.public_id])
        assert signed_in(cast.alice).post(target, {"role": "viewer"}).status_code == 404
    assert Membership.objects.get(person=cast.charlie).role == Role.OWNER


def test_a_member_leaves(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.vera).post(address(cast, "departure"))
    assert response["Location"] == "/projects/"
    assert not Membership.objects.filter(person=cast.vera).exists()


def test_the_only_owner_cannot_leave(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.alice).post(address(cast, "departure"))
    assert response.status_code == 409
    assert "You are its only owner" in response.content.decode()


def test_an_owner_hands_the_project_over(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.alice).post(address(cast, "ownership", cast.bob))
    assert response["Location"] == address(cast)
    assert Membership.objects.get(person=cast.bob).role == Role.OWNER
    assert Membership.objects.get(person=cast.alice).role == Role.MAKER
