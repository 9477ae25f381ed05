"""Every figure of the spend review leads to the rows it is the sum of."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.models import Project, User
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]

ADDRESS = reverse("charges")
ENDS = [
    Outcome.DELIVERED,
    Outcome.DELIVERED_WITH_WARNING,
    Outcome.REFUSED_TEXT,
    Outcome.REFUSED_OUTPUT,
    Outcome.NO_IMAGE,
    Outcome.CORRUPT_RESULT,
    Outcome.OUTCOME_UNKNOWN,
    Outcome.FAILED_BUSY,
]


@pytest.fixture
def spent(cast: Cast) -> Cast:
    """Seven charges of Bob's with Pro, one of Alice's with NB 2 in another project."""
    for outcome in ENDS:
        end(make_run(cast.bob, cast.project).generations.get(), outcome)
    other = Project.objects.create(name="=Elsewhere")
    end(make_run(cast.alice, other, model_key="nb2", size="1K").generations.get(), Outcome.DELIVERED)
    return cast


COUNTS = {
    "": 8,
    "person={bob}": 7,
    "project={project}": 7,
    "model=nb2": 1,
    "model=lite": 0,
    "day={today}": 8,
    "day={yesterday}": 0,
    "became=picture": 3,
    "became=nothing": 5,
    "became=refused": 2,
    "became=no_image": 1,
    "became=lost": 1,
    "became=unanswered": 1,
    "became=other": 0,
    "certainty=presumed": 4,
    "certainty=charged": 4,
    "person={bob}&became=picture&certainty=charged": 2,
}
"""Of the eight charges, how many an address asks for."""


def test_the_address_chooses(spent: Cast, signed_in: SignIn) -> None:
    dana, today = signed_in(spent.dana), timezone.localdate()
    told = {
        "bob": spent.bob.pk,
        "project": spent.project.public_id,
        "today": today.isoformat(),
        "yesterday": (today - timedelta(days=1)).isoformat(),
    }
    texts = {query: dana.get(f"{ADDRESS}?{query.format(**told)}").content.decode() for query in COUNTS}
    assert {query: text.count("<time datetime") for query, text in texts.items()} == COUNTS


@pytest.mark.thorough
def test_every_link_of_the_review_lists_what_its_figure_says(spent: Cast, signed_in: SignIn) -> None:
    dana = signed_in(spent.dana)
    review = dana.get(reverse("spend")).content.decode()
    links = re.findall(rf'<a href="({re.escape(ADDRESS)}\?[^"]+)">([^<]+)</a>', review)
    assert len(links) > 15
    for address, figure in links:
        listed = dana.get(unescape(address)).content.decode()
        found = re.search(r"(\d+) charges?, (\$[\d.,]+)", listed)
        assert found, address
        count, total = found.groups()
        said = figure.strip().lstrip("$")
        if said.replace(".", "").isdigit():
            assert said in (count, f"{float(total.lstrip('$')):.3f}", total.lstrip("$")), address


def test_a_long_list_goes_on(spent: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.views.charges.PAGE_LINES", 5)
    dana = signed_in(spent.dana)
    first = dana.get(ADDRESS).content.decode()
    more = re.search(r'href="([^"]+before=\d+)"', first)
    assert more
    second = dana.get(unescape(more[1])).content.decode()
    frames = re.compile(r">(\d+A)</a>")
    assert len(frames.findall(first)) == 5
    assert len(frames.findall(second)) == 3
    assert not set(frames.findall(first)) & set(frames.findall(second))


def test_the_file_holds_the_same_rows_and_no_formula(spent: Cast, signed_in: SignIn) -> None:
    response = signed_in(spent.dana).get(reverse("charges-csv"))
    text = b"".join(response).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 8
    assert {row["amount_usd"] for row in rows} == {"0.090000"}
    assert rows[-1]["project"] == "'=Elsewhere"
    assert [row["outcome"] for row in rows[:3]] == ["delivered", "delivered_with_warning", "refused_text"]


@pytest.mark.parametrize(
    "query",
    [
        "person=x",
        "person=999999",
        "person=99999999999999999999",
        "project=x",
        "project=00000000-0000-0000-0000-000000000000",
        "model=gpt",
        "day=yesterday",
        "day=2999-01-01",
        "became=rich",
        "certainty=maybe",
        "before=-1",
        "month=2026-13",
    ],
)
def test_an_address_of_nobody_s_is_not_here(cast: Cast, signed_in: SignIn, query: str) -> None:
    assert signed_in(cast.dana).get(f"{ADDRESS}?{query}").status_code == 404


@pytest.mark.parametrize("name", ["charges", "charges-csv"])
def test_only_for_admins(cast: Cast, signed_in: SignIn, name: str) -> None:
    assert signed_in(cast.alice).get(reverse(name)).status_code == 403
    assert Client().get(reverse(name)).status_code == 302
