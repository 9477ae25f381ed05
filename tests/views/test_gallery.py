"""The gallery: what was made and what failed, found by what the address says."""

import re
from collections.abc import Callable
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from studio.models import Membership, Project, User
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]

EVERYWHERE = reverse("gallery")


def address(cast: Cast) -> str:
    return reverse("project-gallery", args=[cast.project.public_id])


def read(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def frames(text: str) -> list[str]:
    return re.findall(r'<li class="frame[^"]*" id="f-(\w+)"', text)


def made(
    cast: Cast, prompt: str, *, variations: int = 1, outcome: Outcome = Outcome.DELIVERED, **facts: object
) -> None:
    """A run of Bob's that is over."""
    person = facts.pop("person", cast.bob)
    project = facts.pop("project", cast.project)
    assert isinstance(person, User)
    assert isinstance(project, Project)
    for generation in make_run(person, project, variations=variations, prompt=prompt, **facts).generations.all():
        end(generation, outcome)


@pytest.mark.parametrize("who", ["alice", "bob", "vera", "dana"])
def test_who_may_see_a_project_sees_its_history(cast: Cast, signed_in: SignIn, who: str) -> None:
    made(cast, "A red boat", variations=2)
    client = signed_in(getattr(cast, who))
    assert frames(read(client, address(cast))) == frames(read(client, EVERYWHERE)) == ["1A", "1B"]


def test_a_stranger_finds_nothing(cast: Cast, signed_in: SignIn) -> None:
    made(cast, "A red boat")
    charlie = signed_in(cast.charlie)
    missing = reverse("project-gallery", args=[uuid4()])
    assert charlie.get(address(cast)).status_code == charlie.get(missing).status_code == 404
    assert "Nothing was made here yet" in read(charlie, EVERYWHERE)
    assert Client().get(EVERYWHERE).status_code == 302
    assert charlie.post(EVERYWHERE).status_code == 405


def test_failures_stay_with_what_they_cost_and_what_runs_is_elsewhere(cast: Cast, signed_in: SignIn) -> None:
    made(cast, "A famous mouse", outcome=Outcome.REFUSED_TEXT)
    made(cast, "A boat", outcome=Outcome.FAILED_BUSY)
    make_attempt(make_run(cast.bob, cast.project).generations.get())
    text = read(signed_in(cast.vera), address(cast))
    assert frames(text) == ["2A", "1A"]
    assert "<b>$0.09</b> presumed charged" in text
    assert "not charged" in text


FILTERS = {
    "": ["6A", "5A", "4A", "4B", "3A", "2A", "1A"],
    "q=boat": ["2A", "1A"],
    "q=%E7%BA%A2%E8%89%B2": ["3A"],
    "q=4b": ["4B"],
    "q=boat+nowhere": [],
    "person=alice": ["5A"],
    "model=nb2": ["2A"],
    "model=nb2&model=lite": ["3A", "2A"],
    "size=1K": ["3A", "2A"],
    "ratio=16:9": ["1A"],
    "ratio=source": ["6A"],
    "status=failed": ["5A"],
    "status=failed&status=refused": ["6A", "5A"],
    "outcome=refused": ["6A"],
    "outcome=not_charged": ["5A"],
    "days=1": ["6A", "5A", "4A", "4B", "3A", "2A", "1A"],
    "since=2999-01-01": [],
    "until=2020-01-01": [],
    "q=boat&model=nb2&status=succeeded&person=bob&days=7": ["2A"],
}


@pytest.fixture
def full(cast: Cast) -> Cast:
    made(cast, "A red boat", ratio="16:9")
    made(cast, "A blue boat", model_key="nb2", size="1K")
    made(cast, "一只红色的船", model_key="lite", size="1K")
    made(cast, "A harbour", variations=2)
    made(cast, "A harbour", person=cast.alice, outcome=Outcome.FAILED_BUSY)
    made(cast, "A mouse", ratio="", outcome=Outcome.REFUSED_PROMPT)
    return cast


def test_the_address_chooses(full: Cast, signed_in: SignIn) -> None:
    vera = signed_in(full.vera)
    assert {query: frames(read(vera, f"{address(full)}?{query}")) for query in FILTERS} == FILTERS


def test_a_filter_is_a_chip_that_takes_it_away(full: Cast, signed_in: SignIn) -> None:
    vera = signed_in(full.vera)
    text = read(vera, f"{address(full)}?q=boat&model=pro&model=nb2&size=")
    chips = re.findall(r'<a class="tag tag-x" href="([^"]+)" aria-label="Remove filter: ([^"]+)"', text)
    assert {unescape(words): unescape(link) for link, words in chips} == {
        "“boat”": f"{address(full)}?model=pro&model=nb2",
        "Pro, 2": f"{address(full)}?q=boat",
    }
    assert "Clear all" in text
    assert "Clear all" not in read(vera, address(full))


WRONG = {
    "model=gpt": "Select a valid choice",
    "person=charlie": "Nobody of that name is here.",
    "since=yesterday": "Enter a valid date.",
    "since=2026-02-02&until=2026-01-01": "This day is before the first one.",
    "days=5": "Select a valid choice",
    f"q={'x' * 201}": "Search for at most 200 characters.",
    "q=%00": "Null characters are not allowed.",
}


@pytest.mark.parametrize("query", WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_looked_for_is_said(full: Cast, signed_in: SignIn, query: str) -> None:
    text = read(signed_in(full.vera), f"{address(full)}?{query}", 422)
    assert "That cannot be searched for" in text
    assert WRONG[query] in unescape(text)
    assert frames(text) == []


def test_a_word_that_is_spelt_nearly_right_leads_on(full: Cast, signed_in: SignIn) -> None:
    vera = signed_in(full.vera)
    text = read(vera, f"{address(full)}?q=harbuor&person=alice")
    assert "Nothing matches “harbuor”" in text
    assert "Did you mean harbour?" in text
    link = re.search(r'href="([^"]+)">Search for harbour', text)
    assert link
    assert frames(read(vera, unescape(link[1]))) == ["5A"]


def test_nothing_is_suggested_that_one_may_not_see(full: Cast, signed_in: SignIn) -> None:
    other = Project.objects.create(name="Elsewhere")
    Membership.objects.create(project=other, person=full.charlie)
    text = read(signed_in(full.charlie), f"{EVERYWHERE}?q=harbuor")
    assert "Nothing matches" in text
    assert "harbour" not in text


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{% debug %}"])
def test_words_are_only_words(full: Cast, signed_in: SignIn, words: str) -> None:
    response = signed_in(full.vera).get(address(full), {"q": words})
    text = response.content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_one_page_leads_to_the_next(full: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.gallery.pages.page_of.__kwdefaults__", {"after": None, "count": 3})
    vera = signed_in(full.vera)
    first = read(vera, f"{address(full)}?status=succeeded")
    more = re.search(r'class="btn" href="([^"]+after=[^"]+)"', first)
    assert more
    assert frames(first) == ["4A", "4B", "3A"]
    link = unescape(more[1])
    assert frames(read(vera, link)) == ["2A", "1A"]
    part = vera.get(link, headers={"HX-Request": "true"})
    assert frames(part.content.decode()) == ["2A", "1A"]
    assert "<html" not in part.content.decode()
    assert 'id="f-2A-no" href' in part.content.decode()
    assert "autofocus" in part.content.decode()
    assert "HX-Push-Url" not in part.headers


def test_htmx_gets_the_results_and_a_clean_address(full: Cast, signed_in: SignIn) -> None:
    response = signed_in(full.vera).get(f"{address(full)}?q=boat&person=&days=", headers={"HX-Request": "true"})
    text = response.content.decode()
    assert "<html" not in text
    assert "Remove filter" in text
    assert response.headers["HX-Push-Url"] == f"{address(full)}?q=boat"


def test_frames_are_as_large_as_they_were_last_time(full: Cast, signed_in: SignIn) -> None:
    vera = signed_in(full.vera)
    assert 'class="wall wall-m"' in read(vera, address(full))
    assert 'class="wall wall-l"' in read(vera, f"{address(full)}?density=l")
    assert 'class="wall wall-l"' in read(vera, address(full))
    assert 'class="wall wall-l"' in read(vera, f"{address(full)}?density=huge")


def test_every_picture_has_its_room_and_the_first_are_fetched_at_once(full: Cast, signed_in: SignIn) -> None:
    made(full, "Many", variations=8)
    text = read(signed_in(full.vera), address(full))
    images = [image for image in re.findall(r"<img [^>]+>", text) if "/media/" in image]
    assert len(images) == 13
    assert all('width="800"' in image and 'height="1000"' in image for image in images)
    assert [image.count('loading="eager"') for image in images] == [1] * 8 + [0] * 5


def test_an_onlooker_is_offered_nothing_to_make(full: Cast, signed_in: SignIn) -> None:
    assert 'aria-label="Edit 1A"' in read(signed_in(full.bob), EVERYWHERE)
    assert 'aria-label="Edit 1A"' not in read(signed_in(full.vera), EVERYWHERE)


def test_a_long_page_costs_no_more_questions_than_a_short_one(cast: Cast, signed_in: SignIn) -> None:
    for url in (address(cast), EVERYWHERE, f"{EVERYWHERE}?q=boat&model=pro"):
        counts = []
        vera = signed_in(cast.vera)
        for _round in range(2):
            made(cast, "A red boat", variations=4)
            made(cast, "A red boat", person=cast.alice, outcome=Outcome.FAILED_BUSY)
            read(vera, url)
            with CaptureQueriesContext(connection) as queries:
                read(vera, url)
            counts.append(len(queries))
        assert counts[0] == counts[1] < 36, (url, counts)
