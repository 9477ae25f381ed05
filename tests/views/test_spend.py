"""Spend review: for admins, and every table comes to the same total."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from studio.models import User
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]
ADDRESS = "/admin-review/spend/"


def text_of(html: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def spend_something(cast: Cast) -> None:
    """Alice: two delivered, one refused. Bob: one unanswered, one damaged, one still held."""
    of_alice = make_run(cast.alice, cast.project, variations=3)
    of_bob = make_run(cast.bob, cast.project, variations=3, model_key="lite", size="1K")
    for generation, outcome in zip(
        [*of_alice.generations.all(), *of_bob.generations.all()[:2]],
        [Outcome.DELIVERED, Outcome.DELIVERED, Outcome.REFUSED_PROMPT, Outcome.OUTCOME_UNKNOWN, Outcome.CORRUPT_RESULT],
        strict=True,
    ):
        end(generation, outcome)


def test_only_admins_review_spend(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.dana).get(ADDRESS).status_code == 200
    for person in (cast.alice, cast.bob, cast.charlie):
        assert signed_in(person).get(ADDRESS).status_code == 403


def test_a_stranger_to_the_studio_is_sent_to_the_door(db: None, client: Client) -> None:
    assert client.get(ADDRESS)["Location"].startswith("/accounts/login/")


def test_the_section_begins_at_spend(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.dana).get("/admin-review/")["Location"] == ADDRESS


def test_the_figures_at_the_top(cast: Cast, signed_in: SignIn) -> None:
    spend_something(cast)
    page = text_of(signed_in(cast.dana).get(ADDRESS).content)
    # 2 × 0.09 delivered + 0.09 damaged
    assert "Charged $0.27 2 images, of $50.00 budgeted" in page
    assert "Held now $0.09 1 under way" in page
    # 0.09 refused + 0.09 unanswered
    assert "Presumed charged $0.18 2 to reconcile" in page
    # refused, unanswered, damaged: 0.27 of 0.45
    assert "Paid for nothing $0.27 60.0% of spend" in page
    # 0.45 for two pictures
    assert "Per delivered image $0.225" in page


def test_every_table_comes_to_the_same_total(cast: Cast, signed_in: SignIn) -> None:
    spend_something(cast)
    page = signed_in(cast.dana).get(ADDRESS).content.decode()
    people, projects, waste = (text_of(foot.encode()) for foot in re.findall(r"<tfoot>(.*?)</tfoot>", page, re.DOTALL))
    assert people.split() == ["Total", "2", "0.270", "0.180", "$50.00", "0.270"]
    assert projects.split() == ["Total", "2", "0.270", "0.180", "0.270"]
    assert waste.split() == ["Total", "3", "0.270"]
    assert "Pro $0.27" in text_of(page.encode())
    assert "2 Lite $0.18" in text_of(page.encode())


def test_waste_is_named_by_its_reason(cast: Cast, signed_in: SignIn) -> None:
    spend_something(cast)
    page = text_of(signed_in(cast.dana).get(ADDRESS).content)
    assert "Refused by the safety filter 1 0.000 0.090 0.090" in page
    assert "Image damaged or lost on its way 1 0.090 0.000 0.090" in page
    assert "No answer in time 1 0.000 0.090 0.090" in page


def test_every_paid_outcome_is_a_picture_or_a_named_waste(cast: Cast, signed_in: SignIn) -> None:
    paid = [outcome for outcome in Outcome if outcome.value not in {"cancelled"}]
    for outcome in paid:
        end(make_run(cast.alice, cast.project).generations.get(), outcome)
    assert "For another reason" not in text_of(signed_in(cast.dana).get(ADDRESS).content)


def test_presumed_charges_are_listed_with_the_number_to_ask_for(cast: Cast, signed_in: SignIn) -> None:
    spend_something(cast)
    page = text_of(signed_in(cast.dana).get(ADDRESS).content)
    assert re.search(r"1C AL? ?Alice Pro, 2K Refused none: no first byte 0\.090", page)
    assert "2 attempts, $0.18." in page


def test_the_newest_presumed_charges_are_listed_and_all_of_them_when_asked(
    cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.views.spend.PRESUMED_SHOWN", 1)
    spend_something(cast)
    dana = signed_in(cast.dana)
    listed = re.compile(r"\b[12][A-C]\b(?= [A-Z]{1,2} )")
    assert listed.findall(text_of(dana.get(ADDRESS).content)) == ["2A"]
    assert listed.findall(text_of(dana.get(f"{ADDRESS}?presumed=all").content)) == ["2A", "1C"]


def test_a_quiet_month_says_so(cast: Cast, signed_in: SignIn) -> None:
    page = text_of(signed_in(cast.dana).get(ADDRESS).content)
    assert "Nothing wasted this month" in page
    assert "None: every charge of this month is certain." in page


def test_the_review_asks_the_database_as_often_for_much_as_for_little(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            dana.get(ADDRESS)
        return len(asked)

    spend_something(cast)
    questions()  # what is made when first asked for
    little = questions()
    for _ in range(3):
        spend_something(cast)
    assert questions() == little


LONG_TABLES = re.compile(r"SCAN studio_(ledgerentry|attempt|generation|run)$|studio_ledgerentry USING .*month=")
PAGES = [ADDRESS, reverse("charges", query={"became": "lost"}), reverse("charges", query={"certainty": "over_hold"})]


@pytest.mark.sqlite
@pytest.mark.parametrize("address", PAGES)
def test_no_question_looks_at_all_of_a_month(cast: Cast, signed_in: SignIn, address: str) -> None:
    """SQLite plans alike for ten rows and for a million. `make bench BENCH=spend` shows both databases' plans."""
    spend_something(cast)
    dana, asked = signed_in(cast.dana), []

    def listen(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(listen):
        assert dana.get(address).status_code == 200
    with connection.cursor() as cursor:
        for sql, params in asked:
            if sql.startswith("SELECT"):
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                steps = [step for *_, step in cursor.fetchall()]
                too_long = [step for step in steps if LONG_TABLES.search(step) and "effective_at" not in step]
                assert not too_long, (sql, steps)
