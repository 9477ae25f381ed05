"""The list of projects, and beginning one."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from studio.models import Membership, Project, Role, User
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]


def test_a_member_sees_the_project_with_its_pictures_and_its_cost(cast: Cast, signed_in: SignIn) -> None:
    attempt = end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    page = signed_in(cast.vera).get("/projects/").content.decode()
    assert "Autumn catalogue" in page
    assert f"/media/outputs/{attempt.outputs.get().public_id}/thumbnail/" in page
    assert "<b>$0.09</b>" in page


def test_a_stranger_does_not_learn_that_it_exists(cast: Cast, signed_in: SignIn) -> None:
    assert "Autumn catalogue" not in signed_in(cast.charlie).get("/projects/").content.decode()


def test_an_admin_sees_every_project(cast: Cast, signed_in: SignIn) -> None:
    assert "Autumn catalogue" in signed_in(cast.dana).get("/projects/").content.decode()


def test_whoever_begins_a_project_owns_it(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.charlie).post("/projects/", {"name": "  Café launch "})
    project = Project.objects.get(name="Café launch")
    assert response["Location"] == project.get_absolute_url()
    assert Membership.objects.get(project=project, person=cast.charlie).role == Role.OWNER


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_project_needs_a_name_that_fits(cast: Cast, signed_in: SignIn, name: str) -> None:
    response = signed_in(cast.bob).post("/projects/", {"name": name})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert Project.objects.count() == 1


def test_a_wrong_method_is_refused(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.bob).delete("/projects/").status_code == 405


def test_home_is_the_project_last_worked_in(cast: Cast, signed_in: SignIn) -> None:
    other = Project.objects.create(name="A first one by name")
    Membership.objects.create(project=other, person=cast.bob)
    make_run(cast.bob, cast.project)
    assert signed_in(cast.bob).get("/")["Location"] == cast.project.get_absolute_url()


def test_home_without_any_project_is_the_list(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.charlie).get("/")["Location"] == "/projects/"


def test_many_projects_ask_the_database_as_often_as_one(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        project = Project.objects.create(name=f"Project {number}")
        for person in (cast.alice, cast.bob, cast.vera):
            Membership.objects.create(project=project, person=person)
        end(make_run(cast.bob, project).generations.get(), Outcome.DELIVERED)
    bob = signed_in(cast.bob)
    with django_assert_max_num_queries(14):
        bob.get("/projects/")
