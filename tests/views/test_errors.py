"""Pages that could not be shown say what happened, what it cost and what to do."""

import logging
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings
from django.urls import path, reverse

from nbweb import urls
from studio.models import Kind, LedgerEntry, Run, User
from tests import database, people
from tests.people import Cast
from tests.views.composing import HTMX, fields

type SignIn = Callable[[User], Client]


def broken(request: HttpRequest) -> None:
    raise RuntimeError("the roof is gone")


class WithABrokenPage:
    urlpatterns = [path("broken/", broken), *urls.urlpatterns]
    handler500 = urls.handler500


def test_an_unknown_address_is_a_page_with_a_way_back(db: None, client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "No such page" in response.content.decode()
    assert 'href="/projects/"' in response.content.decode()


def test_another_project_is_not_found_and_its_name_not_told(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.charlie).get(cast.project.get_absolute_url())
    assert response.status_code == 404
    assert "Autumn catalogue" not in response.content.decode()


def test_what_is_forbidden_says_whom_to_ask(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.bob).get("/admin-review/spend/")
    assert response.status_code == 403
    assert "This page is for admins of the studio." in response.content.decode()


def test_a_form_that_was_open_too_long_gives_back_what_was_typed(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.bob)
    response = client.post(
        "/projects/",
        {"name": "A <b>name</b>", "password": "secret"},
        headers={"Referer": "http://testserver/projects/"},
    )
    page = response.content.decode()
    assert response.status_code == 403
    assert "A &lt;b&gt;name&lt;/b&gt;" in page
    assert "secret" not in page
    assert 'href="http://testserver/projects/"' in page


def test_the_way_back_never_leaves_the_studio(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/projects/", {}, headers={"Referer": "https://elsewhere.example/"})
    assert "elsewhere" not in response.content.decode()


@override_settings(ROOT_URLCONF=WithABrokenPage)
def test_a_fault_of_ours_has_a_number_that_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """No database mark: the page may not need one, since that may be what broke."""
    with caplog.at_level(logging.ERROR, logger="studio.views.errors"):
        response = Client(raise_request_exception=False).get("/broken/")
    number = re.search(r"r-[0-9a-f]{10}", response.content.decode())
    assert response.status_code == 500
    assert number
    assert number[0] in caplog.text
    assert "Nothing new was sent to the provider." in response.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trouble", [database.away, pytest.param(database.full, marks=pytest.mark.sqlite)])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["a plain form", "htmx"])
def test_F17_F23_without_its_database_the_studio_refuses_in_words_and_what_was_typed_is_kept(
    signed_in: SignIn, trouble: Callable[[], AbstractContextManager[None]], headers: dict[str, str]
) -> None:
    """Away, or on a full disk. htmx shows a toast and leaves the form as it is; a plain form gets its text back."""
    team = people.cast()
    browser = signed_in(team.bob)
    browser.raise_request_exception = False
    sent, address = fields(prompt="A <b>boat</b>"), reverse("runs", args=[team.project.public_id])
    with trouble():
        response = browser.post(address, sent, headers=headers)
    text = response.content.decode()
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "Nothing was taken in, and nothing was charged." in text
    assert "A &lt;b&gt;boat&lt;/b&gt;</textarea>" in text
    assert not Run.objects.exists()
    assert not LedgerEntry.objects.filter(kind=Kind.HOLD).exists()
    assert browser.post(address, sent, headers=headers).status_code in {200, 302}
    assert Run.objects.get().form_token == UUID(str(sent["form_token"]))


def test_a_fault_is_shown_in_the_theme_the_person_chose() -> None:
    from studio.views.errors import server_error

    request = RequestFactory().get("/")
    request.COOKIES["theme"] = "dark"
    assert 'data-theme="dark"' in server_error(request).content.decode()
