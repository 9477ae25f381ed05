"""The reimbursement page: threshold, list, reasons; a sheet from drawn up to credited; and its file."""

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from studio.models import Attempt, GatewayLogRow, Kind, LedgerEntry, ReimbursementSheet, SheetLine, User
from studio.provider.outcome import Outcome
from studio.reimbursement.plan import WhyNot
from studio.views import reimbursement
from studio.views.reimbursement_words import WHY_NOT
from tests.people import Cast
from tests.reimbursement.claimed import answered, declined, drawn, many_declined, row_of, sent

pytestmark = pytest.mark.django_db
type SignIn = Callable[[User], Client]
PAGE = "/admin-review/reimbursement/?month=2026-11"
SHEETS = "/admin-review/reimbursement/sheets/?month=2026-11"


@pytest.fixture
def dana(cast: Cast, signed_in: SignIn) -> Client:
    return signed_in(cast.dana)


def address(name: str, sheet: ReimbursementSheet) -> str:
    return reverse(name, args=[sheet.pk])


def test_the_meter_says_how_far_it_is_in_words(cast: Cast, dana: Client) -> None:
    declined(cast)
    text = dana.get(PAGE).text
    assert 'role="meter"' in text
    assert 'aria-valuetext="$0.09 of $1,000.00"' in text
    assert "$999.91" in text


def test_the_list_has_the_evidence_of_each_charge(cast: Cast, dana: Client) -> None:
    attempt = declined(cast)
    text = dana.get(PAGE).text
    for shown in (attempt.request_id, "IMAGE_SAFETY", "gemini-3-pro-image-preview", "0.090", "Eligible (1)"):
        assert shown in text


def test_what_is_not_eligible_says_why_and_the_address_chooses(cast: Cast, dana: Client) -> None:
    answered(cast, Outcome.NO_IMAGE)
    answered(cast, Outcome.OUTCOME_UNKNOWN, status=504)
    text = dana.get(PAGE).text
    assert "Not eligible (2)" in text
    assert "Not declined by moderation" in text
    assert "Not eligible (1)" in dana.get(f"{PAGE}&why=no_answer").text
    assert dana.get(f"{PAGE}&why=rich").status_code == 404


def test_a_long_list_is_read_page_by_page(cast: Cast, dana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reimbursement, "LISTED", 2)
    attempts = many_declined(cast, 5)
    pages = [
        [each.request_id for each in attempts if each.request_id in dana.get(f"{PAGE}&page={number}").text]
        for number in (1, 2, 3)
    ]
    assert pages == [[each.request_id for each in some] for some in (attempts[:2], attempts[2:4], attempts[4:])]
    text = dana.get(f"{PAGE}&page=2").text
    for words in ("Eligible (5)", "$0.45 by the gateway’s log", "3 to 4 of 5", "page=1#listed", "page=3#listed"):
        assert words in text
    assert attempts[4].request_id in dana.get(f"{PAGE}&page=9").text  # what was there is on a sheet by now
    assert dana.get(f"{PAGE}&page=0").status_code == dana.get(f"{PAGE}&page=x").status_code == 404


def test_the_page_reads_no_more_than_it_shows(
    cast: Cast, dana: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(reimbursement, "LISTED", 2)
    monkeypatch.setattr(reimbursement, "OTHERS_SHOWN", 2)
    many_declined(cast, 5)
    for _ in range(4):
        answered(cast, Outcome.NO_IMAGE)
    # One of them is for the second factor that every page of admins asks about.
    with django_assert_max_num_queries(35):
        text = dana.get(PAGE).text
    assert "Not eligible (4)" in text
    assert "The oldest 2 are shown." in text
    assert text.count('name="row"') == 2


def test_further_charges_go_on_a_sheet_that_was_not_sent(cast: Cast, dana: Client) -> None:
    first, second = declined(cast), declined(cast)
    dana.post(SHEETS, {"row": row_of(first).pk})
    sheet = ReimbursementSheet.objects.get()
    assert f"Add to sheet {sheet.pk}" in dana.get(PAGE).text
    text = dana.post(SHEETS, {"row": row_of(second).pk, "sheet": sheet.pk}, follow=True).text
    assert f"Sheet {sheet.pk} has more charges now." in text
    assert sheet.lines.count() == 2
    third = declined(cast)
    dana.post(address("sheet-dispatch", sheet))
    assert "Add to sheet" not in dana.get(PAGE).text
    assert dana.post(SHEETS, {"row": row_of(third).pk, "sheet": sheet.pk}).status_code == 409
    assert dana.post(SHEETS, {"row": row_of(third).pk, "sheet": 999}).status_code == 422


def test_every_reason_has_words() -> None:
    assert set(WHY_NOT) == set(WhyNot)


def test_a_sheet_goes_its_way_from_the_list_to_the_credit(cast: Cast, dana: Client) -> None:
    first, second = declined(cast), declined(cast)
    answer = dana.post(SHEETS, {"row": [row_of(first).pk, row_of(second).pk]})
    sheet = ReimbursementSheet.objects.get()
    assert answer.url == sheet.get_absolute_url()  # type: ignore[attr-defined]
    assert "Mark as sent" in dana.get(sheet.get_absolute_url()).text
    dana.post(address("sheet-dispatch", sheet))
    assert "Post the credit" in dana.get(sheet.get_absolute_url()).text
    keys = list(SheetLine.objects.values_list("pk", flat=True))
    dana.post(address("sheet-credit", sheet), {"line": keys, "amount": "0.16"})
    text = dana.get(sheet.get_absolute_url()).text
    assert "$0.18 given back to 1 person." in text
    assert LedgerEntry.objects.filter(kind=Kind.REIMBURSEMENT).count() == 2
    assert "0.160" in dana.get(PAGE).text


def test_the_person_sees_the_credit_on_their_statement(cast: Cast, dana: Client, signed_in: SignIn) -> None:
    attempt = declined(cast)
    sheet = sent(cast.dana)
    dana.post(address("sheet-credit", sheet), {"line": [SheetLine.objects.get().pk], "amount": "0.09"})
    statement = signed_in(cast.bob).get(reverse("usage") + f"?month={LedgerEntry.objects.latest('pk').month:%Y-%m}")
    assert f"reimbursement sheet {sheet.pk}" in statement.text
    assert "The charge was given back." in signed_in(cast.bob).get(attempt.generation.get_absolute_url()).text


def test_a_charge_that_came_back_before_is_said(cast: Cast, dana: Client) -> None:
    attempt = declined(cast)
    sheet = sent(cast.dana)
    Attempt.objects.filter(pk=attempt.pk).update(charge="released")
    dana.post(address("sheet-credit", sheet), {"line": [SheetLine.objects.get().pk], "amount": "0.09"})
    assert "had been given back or corrected before: nothing was posted" in dana.get(sheet.get_absolute_url()).text


def test_nothing_ticked_draws_nothing_up(cast: Cast, dana: Client) -> None:
    declined(cast)
    answer = dana.post(SHEETS)
    assert (answer.status_code, "Tick at least one charge." in answer.text) == (422, True)
    assert dana.post(SHEETS, {"row": "x"}).status_code == 422
    assert dana.get(SHEETS).url.endswith("/reimbursement/?month=2026-11")  # type: ignore[attr-defined]


def test_a_list_that_has_changed_is_shown_anew(cast: Cast, dana: Client) -> None:
    row = row_of(declined(cast))
    drawn(cast.dana)
    answer = dana.post(SHEETS, {"row": row.pk})
    assert (answer.status_code, "The list has changed meanwhile" in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("ticked", "amount", "error"),
    [
        (True, "", "Type what the gateway credited"),
        (False, "0.09", "Tick the charges that were credited"),
        (True, "lots", "Type an amount in dollars"),
    ],
)
def test_a_credit_that_does_not_add_up_keeps_what_was_typed(
    cast: Cast, dana: Client, ticked: bool, amount: str, error: str
) -> None:
    declined(cast)
    sheet = sent(cast.dana)
    facts = {"amount": amount} | ({"line": [SheetLine.objects.get().pk]} if ticked else {})
    answer = dana.post(address("sheet-credit", sheet), facts)
    assert (answer.status_code, error in answer.text) == (422, True)
    assert f'value="{amount}"' in answer.text
    assert (" checked" in answer.text) == ticked


@pytest.mark.parametrize("name", ["sheet-dispatch", "sheet-removal", "sheet-credit"])
def test_what_is_done_twice_comes_too_late(cast: Cast, dana: Client, name: str) -> None:
    declined(cast)
    sheet = sent(cast.dana)
    facts = {"line": [SheetLine.objects.get().pk], "amount": "0.09"}
    dana.post(address("sheet-credit", sheet), facts)
    answer = dana.post(address(name, sheet), facts)
    assert (answer.status_code, "decided already" in answer.text) == (409, True)


def test_a_sheet_that_was_not_sent_can_be_discarded(cast: Cast, dana: Client) -> None:
    declined(cast)
    dana.post(address("sheet-removal", drawn(cast.dana)))
    assert "Eligible (1)" in dana.get(PAGE).text


def test_the_file_holds_exactly_the_rows_of_the_sheet_and_nothing_of_the_studio(cast: Cast, dana: Client) -> None:
    listed = declined(cast, prompt="Secret plans")
    GatewayLogRow.objects.update(token_name="=HYPERLINK(1)")
    sheet = drawn(cast.dana)
    declined(cast)
    text = b"".join(dana.get(address("sheet-csv", sheet))).decode("utf-8-sig")  # type: ignore[arg-type]
    (line,) = csv.DictReader(io.StringIO(text))
    assert (line["request_id"], line["quota"], line["completion_tokens"]) == (listed.request_id, "45000", "150")
    assert (line["created_at"], line["cost_usd"]) == ("2026-11-10 12:00:00", "0.090000")
    assert (line["token_name"], line["finish_reason"]) == ("'=HYPERLINK(1)", "IMAGE_SAFETY")
    assert not [word for word in ("Bob", "Autumn", "Secret") if word in text]
    book = openpyxl.load_workbook(io.BytesIO(dana.get(address("sheet-xlsx", sheet)).content))
    heading, row = book.active.iter_rows(values_only=True)
    assert ["" if cell is None else str(cell) for cell in row] == [line[name] for name in heading]


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("reimbursement", "get"),
        ("reimbursement-sheets", "post"),
        ("reimbursement-sheet", "get"),
        ("sheet-csv", "get"),
        ("sheet-xlsx", "get"),
        ("sheet-dispatch", "post"),
        ("sheet-removal", "post"),
        ("sheet-credit", "post"),
    ],
)
def test_only_for_admins(cast: Cast, signed_in: SignIn, name: str, method: str) -> None:
    there = reverse(name, args=[] if name in ("reimbursement", "reimbursement-sheets") else [1])
    assert getattr(signed_in(cast.alice), method)(there).status_code == 403
    assert getattr(Client(), method)(there).status_code == 302
