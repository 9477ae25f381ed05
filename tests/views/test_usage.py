"""My usage: the month as a person reads it, and as a file."""

import csv
import io
import random
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from studio.ledger import post
from studio.ledger.balance import month_of
from studio.ledger.statement import DaySpend, newest, spend_by_day, statement, with_all_left
from studio.models import Generation, Kind, LedgerEntry, Project, User
from studio.provider.outcome import Outcome
from studio.views import usage as usage_view
from tests.people import MONEY_MICROS, Cast
from tests.runs import PRICE_MICROS, make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]


def text_of(html: bytes) -> str:
    """What is read on the page: no tags, single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def rows_of(html: bytes) -> list[str]:
    """The lines of the statement, newest first, without what is folded away in them."""
    shown = re.sub(r"<details.*?</details>", " ", html.decode(), flags=re.DOTALL)
    return [text_of(row.encode()) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", shown, re.DOTALL) if "stm-what" in row]


def test_a_stranger_to_the_studio_is_sent_to_the_door(db: None, client: Client) -> None:
    response = client.get("/usage/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_what_is_left_stands_big_on_the_page(cast: Cast, signed_in: SignIn) -> None:
    run = make_run(cast.bob, cast.project, variations=2)
    end(run.generations.get(variation=0), Outcome.DELIVERED)
    page = text_of(signed_in(cast.bob).get("/usage/").content)
    # 10.00 allowed − 0.09 charged − 0.09 still held
    assert "$9.82 left of $10.00" in page
    assert "$0.09 charged $0.00 presumed charged $0.09 held" in page
    assert "1 image, $0.09" in page


def test_a_hold_and_its_outcome_are_one_line(cast: Cast, signed_in: SignIn) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    charged, allowance = rows_of(signed_in(cast.bob).get("/usage/").content)
    assert "1A Pro, 2K $0.09 charged −0.090 9.910" in charged
    assert "+10.000 10.000" in allowance


def test_holds_and_releases_are_shown_when_asked_for(cast: Cast, signed_in: SignIn) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    charge, release, hold, _allowance = rows_of(signed_in(cast.bob).get("/usage/?all=1").content)
    assert "$0.09 charged −0.090 9.910" in charge
    assert "Hold released +0.090 10.000" in release
    assert "$0.09 held −0.090 9.910" in hold


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.DELIVERED, "$0.09 charged −0.090 9.910"),
        (Outcome.CORRUPT_RESULT, "$0.09 charged −0.090 9.910"),
        (Outcome.REFUSED_OUTPUT, "$0.09 presumed charged −0.090 9.910"),
        (Outcome.OUTCOME_UNKNOWN, "$0.09 presumed charged −0.090 9.910"),
        (Outcome.FAILED_BUSY, "not charged 0.000 10.000"),
        (Outcome.CANCELLED, "not charged 0.000 10.000"),
    ],
)
def test_every_outcome_has_its_own_words(cast: Cast, signed_in: SignIn, outcome: Outcome, words: str) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), outcome)
    assert words in rows_of(signed_in(cast.bob).get("/usage/").content)[0]


def test_a_charge_for_nothing_says_why_there_is_no_picture(cast: Cast, signed_in: SignIn) -> None:
    for generation in make_run(cast.bob, cast.project, variations=2).generations.all():
        end(generation, Outcome.REFUSED_OUTPUT)
    line, _allowance = rows_of(signed_in(cast.bob).get("/usage/").content)
    assert "1A to 1B The model held back the picture it had made." in line
    Generation.objects.filter(variation=1).update(outcome=Outcome.NO_IMAGE)
    line, _allowance = rows_of(signed_in(cast.bob).get("/usage/").content)
    assert "held back" not in line  # each of them has its own reason


def test_frames_of_one_run_with_one_end_are_one_line(cast: Cast, signed_in: SignIn) -> None:
    run = make_run(cast.bob, cast.project, variations=4)
    end(run.generations.get(variation=0), Outcome.DELIVERED)
    charged, held, _allowance = rows_of(signed_in(cast.bob).get("/usage/").content)
    assert "1A Pro, 2K $0.09 charged −0.090" in charged
    assert "1B to 1D Pro, 2K $0.27 held −0.270" in held


def test_each_line_follows_from_the_one_below_it(cast: Cast, signed_in: SignIn) -> None:
    for outcome in (Outcome.DELIVERED, Outcome.FAILED_BUSY, Outcome.REFUSED_OUTPUT):
        run = make_run(cast.bob, cast.project, variations=3)
        for generation in run.generations.all()[:2]:
            end(generation, outcome)
    for query in ("", "?all=1"):
        left = 0.0
        for row in reversed(rows_of(signed_in(cast.bob).get(f"/usage/{query}").content)):
            amount, after = (
                float(number.replace("−", "-")) for number in re.findall(r"[−+]?\d+\.\d{3}(?!\d)", row)[-2:]
            )
            assert after == pytest.approx(left + amount)
            left = after
        # 10.00 − 2 × 0.09 delivered − 2 × 0.09 presumed − 3 × 0.09 held
        assert left == pytest.approx(9.37)


@pytest.mark.parametrize("seed", range(4))
def test_what_was_left_is_the_same_wherever_a_page_begins(cast: Cast, seed: int) -> None:
    """Frames end out of order, some are still held, and more are asked for meanwhile: so calls overlap."""
    chance, month = random.Random(seed), month_of(timezone.now())
    frames = [frame for _ in range(5) for frame in make_run(cast.bob, cast.project, variations=2).generations.all()]
    chance.shuffle(frames)
    for number, frame in enumerate(frames[3:]):
        end(frame, chance.choice([Outcome.DELIVERED, Outcome.FAILED_BUSY, Outcome.REFUSED_OUTPUT]))
        if number % 3 == 0:
            make_run(cast.bob, cast.project)
    lines = statement(cast.bob, month, with_holds=False)
    whole = [(line.sequence, line.left_micros) for line in with_all_left(lines)]
    for place, (sequence, _left) in enumerate(whole):
        page = newest(cast.bob, month, 3, with_holds=False, before=sequence + 1)
        assert [(line.sequence, line.left_micros) for line in page] == whole[place : place + 3]


@pytest.mark.parametrize("with_holds", [False, True], ids=["lines", "holds"])
def test_a_page_is_read_in_its_order_by_an_index(cast: Cast, *, with_holds: bool) -> None:
    """And what a line names is joined to those of the page alone, not to the month before it is sorted."""
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    with CaptureQueriesContext(connection) as asked:
        newest(cast.bob, month_of(timezone.now()), 3, with_holds=with_holds, before=9)
    keys, rows = (query["sql"] for query in asked.captured_queries[:2])
    assert "LEFT OUTER JOIN" not in keys
    assert 'sequence" <' not in rows
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' * (connection.vendor == 'sqlite')}{keys}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert "entry_s" in plan, plan  # entry_statement, or entry_sequence_once
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan


def test_a_correction_is_its_own_line_with_reason_and_name(cast: Cast, signed_in: SignIn) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    charge = LedgerEntry.objects.get(kind=Kind.CHARGE)
    with transaction.atomic():
        post.correct(charge, PRICE_MICROS, note="Charged twice", recorded_by=cast.dana, now=timezone.now())
    corrected = rows_of(signed_in(cast.bob).get("/usage/").content)[0]
    assert "1A Charged twice (Dana)" in corrected
    assert "Correction +0.090 10.000" in corrected


def test_a_reimbursement_has_its_own_chip(cast: Cast, signed_in: SignIn) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.REFUSED_OUTPUT)
    charge = LedgerEntry.objects.get(kind=Kind.CHARGE)
    with transaction.atomic():
        post.reimburse(charge, note="Claim 1", recorded_by=cast.dana, now=timezone.now())
    assert "$0.09 reimbursed +0.090 10.000" in rows_of(signed_in(cast.bob).get("/usage/").content)[0]


def test_nobody_sees_the_lines_of_another(cast: Cast, signed_in: SignIn) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    assert "1A" not in text_of(signed_in(cast.alice).get("/usage/").content)


def test_a_line_stays_when_its_project_is_out_of_sight_but_leads_nowhere(cast: Cast, signed_in: SignIn) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    end(generation, Outcome.DELIVERED)
    cast.project.memberships.filter(person=cast.bob).delete()
    response = signed_in(cast.bob).get("/usage/")
    assert "1A" in text_of(response.content)
    assert str(generation.public_id) not in response.content.decode()
    assert "/media/" not in response.content.decode()


def test_older_months_are_in_the_address(cast: Cast, signed_in: SignIn) -> None:
    this_month = timezone.localdate().replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    response = signed_in(cast.bob).get(f"/usage/?month={last_month:%Y-%m}")
    assert "Nothing was booked in this month." in text_of(response.content)
    assert f"?month={this_month:%Y-%m}" in response.content.decode()


@pytest.mark.parametrize("query", ["month=nonsense", "month=2026-13", "month=3026-01", "before=x", "before=-1"])
def test_an_address_of_nonsense_is_not_found(cast: Cast, signed_in: SignIn, query: str) -> None:
    assert signed_in(cast.bob).get(f"/usage/?{query}").status_code == 404


def test_the_statement_goes_on_where_it_stopped(cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_view, "PAGE_LINES", 2)
    for _ in range(4):
        end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    bob, seen, address = signed_in(cast.bob), [], "/usage/"
    while address:
        page = bob.get(address).content
        seen += [row.split()[1] for row in rows_of(page)]
        more = re.search(r'id="statement-more".*?href="([^"]+)"', page.decode(), re.DOTALL)
        address = more[1].replace("&amp;", "&") if more else ""
    assert seen == ["4A", "3A", "2A", "1A", "Allowance"]


def test_htmx_is_sent_the_further_lines_alone(cast: Cast, signed_in: SignIn) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    newest = LedgerEntry.objects.filter(account__person=cast.bob).latest("sequence")
    page = signed_in(cast.bob).get(f"/usage/?before={newest.sequence}", headers={"HX-Request": "true"})
    assert "<html" not in page.content.decode()
    assert "Allowance" in page.content.decode()
    assert "HX-Request" in page["Vary"]
    # The day stands already above the lines that were there.
    assert 'class="day"' not in page.content.decode()
    assert "autofocus" in page.content.decode()


def test_the_statement_asks_the_database_as_often_for_many_lines_as_for_few(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(8):
        run = make_run(cast.bob, cast.project, variations=2)
        for generation in run.generations.all():
            end(generation, Outcome.DELIVERED)
    bob = signed_in(cast.bob)
    with django_assert_max_num_queries(18):
        bob.get("/usage/")


def test_a_wrong_method_is_refused(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.bob).post("/usage/").status_code == 405


# ── The file ───────────────────────────────────────────────────────────────────────────────────────


def csv_of(client: Client, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"/usage/statement.csv{query}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_has_one_entry_a_line_and_sums_to_what_is_left(cast: Cast, signed_in: SignIn) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.FAILED_BUSY)
    bob = signed_in(cast.bob)
    for query, lines in (("?all=1", 6), ("", 3)):
        rows = csv_of(bob, query)
        assert len(rows) == lines
        assert sum(float(row["amount_usd"]) for row in rows) == pytest.approx((MONEY_MICROS - PRICE_MICROS) / 1e6)
        assert rows[0]["left_usd"] == "9.910000"
    assert csv_of(bob)[1]["frame"] == "1A"


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "＝1"])
def test_no_cell_is_a_formula(cast: Cast, signed_in: SignIn, name: str) -> None:
    Project.objects.filter(pk=cast.project.pk).update(name=name)
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    assert csv_of(signed_in(cast.bob))[0]["project"] == f"'{name}"


def test_the_file_is_named_for_the_person_and_the_month(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.bob).get("/usage/statement.csv")
    assert response["Content-Disposition"] == f'attachment; filename="nb-studio-bob-{timezone.localdate():%Y-%m}.csv"'
    assert response["Cache-Control"] == "private, no-store"


def test_a_day_is_told_by_what_became_of_its_money(cast: Cast) -> None:
    for outcome in (Outcome.DELIVERED, Outcome.CORRUPT_RESULT, Outcome.REFUSED_OUTPUT, Outcome.FAILED_BUSY):
        end(make_run(cast.bob, cast.project).generations.get(), outcome)
    days = spend_by_day(cast.bob, month_of(timezone.now()))
    assert list(days.values()) == [DaySpend(PRICE_MICROS, PRICE_MICROS, PRICE_MICROS)]
