"""The frame around every page: where one is, what runs, what is left, how it looks."""

import re
from collections.abc import Callable

import pytest
from django.test import Client, override_settings

from studio.models import User
from studio.provider.outcome import Outcome
from tests.people import Cast, allow
from tests.runs import make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]


def page_of(client: Client, address: str = "/usage/") -> str:
    return client.get(address).content.decode()


def test_the_bar_says_what_is_left(cast: Cast, signed_in: SignIn) -> None:
    make_run(cast.bob, cast.project, variations=2)
    assert "<b>$9.82</b> left" in page_of(signed_in(cast.bob))


def test_the_bar_warns_under_a_tenth_of_the_allowance(cast: Cast, signed_in: SignIn) -> None:
    allow(cast.bob, 100_000)
    assert "left-low" not in page_of(signed_in(cast.bob))
    make_run(cast.bob, cast.project)  # 0.01 of 0.10 is left, which is a tenth
    assert "left-low" not in page_of(signed_in(cast.bob))
    allow(cast.bob, 95_000)
    assert "left-low" in page_of(signed_in(cast.bob))


def test_the_bar_counts_what_runs_and_leads_to_the_first(cast: Cast, signed_in: SignIn) -> None:
    run = make_run(cast.bob, cast.project, variations=3)
    end(run.generations.get(variation=0), Outcome.DELIVERED)
    page = page_of(signed_in(cast.bob))
    assert f'href="{cast.project.get_absolute_url()}#f-1B">2 running' in page
    assert " running<" not in page_of(signed_in(cast.alice))


def test_the_page_one_is_on_is_marked(cast: Cast, signed_in: SignIn) -> None:
    page = page_of(signed_in(cast.bob))
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', page) == ["/usage/", "/usage/"]  # both bars


def test_only_admins_are_shown_the_way_to_the_review(cast: Cast, signed_in: SignIn) -> None:
    assert "/admin-review/" in page_of(signed_in(cast.dana))
    assert "/admin-review/" not in page_of(signed_in(cast.bob))


def test_the_switcher_lists_the_projects_of_the_person(cast: Cast, signed_in: SignIn) -> None:
    assert cast.project.get_absolute_url() in page_of(signed_in(cast.vera))
    assert cast.project.get_absolute_url() not in page_of(signed_in(cast.charlie))


@pytest.mark.parametrize(("practice", "times"), [(True, 1), (False, 0)])
def test_practice_is_marked_as_practice(cast: Cast, signed_in: SignIn, practice: bool, times: int) -> None:
    with override_settings(NB_PRACTICE=practice):
        assert page_of(signed_in(cast.bob)).count(">Sandbox<") == times


def test_nothing_on_a_page_is_inline(cast: Cast, signed_in: SignIn) -> None:
    """The content security policy forbids it, and a browser would drop it silently."""
    dana = signed_in(cast.dana)
    for address in ("/usage/", "/projects/", "/admin-review/spend/", "/nowhere/"):
        page = page_of(dana, address)
        assert not re.search(r"<style|\sstyle=|<script(?![^>]* src=)|\son\w+=", page), address


def test_htmx_is_told_to_evaluate_nothing(cast: Cast, signed_in: SignIn) -> None:
    page = page_of(signed_in(cast.bob))
    assert '"allowEval":false' in page
    assert '"includeIndicatorStyles":false' in page


# ── How it looks ───────────────────────────────────────────────────────────────────────────────────


def test_the_theme_is_kept_and_comes_with_the_page(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    assert "data-theme" not in page_of(bob)
    answer = bob.post("/appearance/", {"theme": "dark", "next": "/usage/?all=1"})
    assert answer["Location"] == "/usage/?all=1"
    assert '<html lang="en" data-theme="dark">' in page_of(bob)
    bob.post("/appearance/", {"theme": ""})
    assert "data-theme" not in page_of(bob)


def test_an_unknown_theme_follows_the_system(client: Client, db: None) -> None:
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in page_of(client, "/accounts/login/")


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_way_back_never_leaves_the_studio(client: Client, address: str) -> None:
    assert client.post("/appearance/", {"theme": "light", "next": address})["Location"] == "/"


def test_reading_the_theme_address_changes_nothing(client: Client) -> None:
    assert client.get("/appearance/").status_code == 405


def test_the_studio_speaks_chinese_when_asked_to(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    bob.post("/language/", {"language": "zh-hans", "next": "/usage/"})
    page = page_of(bob)
    assert '<html lang="zh-hans">' in page
    assert "我的用量" in page
