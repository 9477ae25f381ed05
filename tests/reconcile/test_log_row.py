"""What is kept of a row of the gateway's log, and that its key is not."""

import contextlib
import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.reconcile.log_row import LogRow, NotARow, rows_of_page
from tests.reconcile.rows import NOON, SECRET, page_of, sent


def test_a_row_says_who_when_what_and_how_much() -> None:
    [row] = rows_of_page(page_of(sent()))
    assert row == LogRow(
        request_id="req-1",
        logged_at=NOON,
        model_name="gemini-3-pro-image-preview",
        quota=45_000,
        token_name="studio-main",
        token_group="default",
        prompt_tokens=120,
        completion_tokens=1_290,
        seconds=22,
        billing_type="by_count",
        group_ratio_thousandths=1_400,
    )
    assert row.charged_micros == 90_000  # 45,000 units of 500,000 to the dollar: $0.09


def test_the_key_of_a_row_is_not_read() -> None:
    [row] = rows_of_page(page_of(sent()))
    assert SECRET not in repr(dataclasses.asdict(row))


FIELDS = sorted({*sent(), "key", "token", "authorization"})


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", [[SECRET], {"token_key": SECRET}, 1e400])
def test_no_complaint_about_a_row_repeats_what_is_in_it(field: str, value: object) -> None:
    said = said_of(page_of(sent(**{field: value})))
    assert SECRET not in said


def said_of(body: bytes) -> str:
    """All that can be seen of a page afterwards: its rows, or the complaint."""
    try:
        return repr(rows_of_page(body))
    except NotARow as complaint:
        return f"{complaint} {complaint!r} {complaint.__cause__!r}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad gateway</html>",
        b"[]",
        b"\xff\xfe",
        b'{"success": true, "data": "none"}',
        b'{"success": false, "message": "no"}',
        page_of({"model_name": "x"}),
        page_of(sent(quota=-1)),
        page_of(sent(quota=2**31)),
        page_of(sent(quota="45000")),
        page_of(sent(created_at=0)),
        page_of(sent(created_at=10**20)),
        page_of(sent(model_name="")),
        page_of(sent(duration_for_view="a while")),
    ],
)
def test_what_is_no_page_of_the_log_is_refused(body: bytes) -> None:
    with pytest.raises(NotARow):
        rows_of_page(body)


@pytest.mark.parametrize("empty", [{"data": []}, {"data": None}, {}])
def test_an_empty_page_is_a_page(empty: dict[str, object]) -> None:
    assert rows_of_page(json.dumps({"success": True, **empty}).encode()) == []


def test_a_row_that_leaves_things_out_is_a_row() -> None:
    [row] = rows_of_page(page_of({"created_at": int(NOON.timestamp()), "model_name": "m", "quota": 0, "other": None}))
    assert row == LogRow(request_id="", logged_at=NOON, model_name="m", quota=0)


@pytest.mark.parametrize("other", ["", "no json", "[]", '{"group_ratio": "high"}', "null"])
def test_a_row_without_its_explanation_is_a_row(other: str) -> None:
    [row] = rows_of_page(page_of(sent(other=other)))
    assert (row.quota, row.group_ratio_thousandths) == (45_000, 0)


def test_half_a_second_was_some_time() -> None:
    [row] = rows_of_page(page_of(sent(duration_for_view=0.4)))
    assert row.seconds == 1


@settings(max_examples=30)
@given(st.binary(max_size=200) | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_anything_at_all_is_rows_or_a_complaint(body: bytes | str) -> None:
    with contextlib.suppress(NotARow):
        rows_of_page(body.encode() if isinstance(body, str) else body)
