"""A project's settings, for its owners."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from studio.models import AuditEntry, Project, User
from tests.people import Cast

type SignIn = Callable[[User], Client]
SETTINGS = {"name": "Winter", "description": "", "default_model": "", "default_size": "", "default_ratio": ""}


def address(cast: Cast, name: str = "project-settings") -> str:
    return reverse(name, args=[cast.project.public_id])


@pytest.mark.parametrize(
    ("name", "status"), [("alice", 200), ("dana", 200), ("bob", 403), ("vera", 403), ("charlie", 404)]
)
def test_settings_are_the_owners(cast: Cast, signed_in: SignIn, name: str, status: int) -> None:
    assert signed_in(getattr(cast, name)).get(address(cast)).status_code == status


def test_a_project_is_renamed_and_described(cast: Cast, signed_in: SignIn) -> None:
    typed = SETTINGS | {"description": "Cups and <b>saucers</b>", "default_model": "nb2", "default_size": "512"}
    response = signed_in(cast.alice).post(address(cast), typed | {"monthly_budget_micros": "1", "public_id": "x"})
    assert response["Location"] == address(cast)
    project = Project.objects.get()
    assert (project.name, project.default_model, project.default_size) == ("Winter", "nb2", "512")
    assert project.monthly_budget_micros is None
    assert "Cups and &lt;b&gt;saucers" in signed_in(cast.vera).get("/projects/").content.decode()


def test_what_the_model_does_not_make_is_no_default(cast: Cast, signed_in: SignIn) -> None:
    typed = SETTINGS | {"default_model": "gen1", "default_size": "4K", "default_ratio": "8:1"}
    response = signed_in(cast.alice).post(address(cast), typed)
    assert response.status_code == 422
    assert "Nano Banana does not make 4K images." in response.content.decode()
    assert "Nano Banana does not make pictures of 8:1." in response.content.decode()


@pytest.mark.parametrize("name", ["Two\nlines", "Cups\r\nBcc: eve@example.com", "a\x00b", "a\u2028b", " ", "x" * 81])
def test_B97_a_name_is_one_line(cast: Cast, signed_in: SignIn, name: str) -> None:
    assert signed_in(cast.alice).post(address(cast), SETTINGS | {"name": name}).status_code == 422
    assert signed_in(cast.alice).post("/projects/", {"name": name}).status_code == 422
    assert Project.objects.get().name == "Autumn catalogue"


def test_an_empty_composer_begins_with_the_projects_defaults(cast: Cast, signed_in: SignIn) -> None:
    defaults = {"default_model": "nb2", "default_size": "2K", "default_ratio": "3:2"}
    signed_in(cast.alice).post(address(cast), SETTINGS | defaults)
    page = signed_in(cast.bob).get(cast.project.get_absolute_url()).content.decode()
    chosen = [tag for tag in re.findall(r"<input[^>]*>", page) if re.search(r"\bchecked\b", tag)]
    for name, value in (("model", "nb2"), ("size", "2K"), ("ratio", "3:2")):
        assert any(f'name="{name}"' in tag and f'value="{value}"' in tag for tag in chosen), name


def test_an_owner_sets_the_budget(cast: Cast, signed_in: SignIn) -> None:
    signed_in(cast.alice).post(address(cast, "project-budget"), {"budget": "12.50"})
    assert Project.objects.get().monthly_budget_micros == 12_500_000
    assert AuditEntry.objects.get().action == "budget_set"
    signed_in(cast.alice).post(address(cast, "project-budget"), {"budget": ""})
    assert Project.objects.get().monthly_budget_micros is None


@pytest.mark.parametrize("typed", ["-1", "five", "1e9"])
def test_a_budget_is_an_amount_and_what_was_typed_is_kept(cast: Cast, signed_in: SignIn, typed: str) -> None:
    response = signed_in(cast.alice).post(address(cast, "project-budget"), {"budget": typed})
    assert response.status_code == 422
    assert f'value="{typed}"' in response.content.decode()


def test_an_archived_project_is_looked_at_and_leaves_the_lists(cast: Cast, signed_in: SignIn) -> None:
    signed_in(cast.alice).post(address(cast, "project-archive"))
    bob = signed_in(cast.bob)
    assert "This project is archived" in bob.get(cast.project.get_absolute_url()).content.decode()
    assert bob.post(reverse("runs", args=[cast.project.public_id]), {}).status_code == 403
    assert bob.get("/")["Location"] == "/projects/"
    assert "Archived projects" in bob.get("/projects/").content.decode()
    signed_in(cast.alice).post(address(cast, "project-archive"), {"restore": "1"})
    assert bob.get("/")["Location"] == cast.project.get_absolute_url()
