"""Whose call a row is: by its id, else by model, key and time. A table of pictures."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.models import GatewayLogRow
from studio.reconcile.match import Call, Logged, pairs
from tests.reconcile.rows import NOON

ID, TIME = GatewayLogRow.Match.ID, GatewayLogRow.Match.TIME
PRO, LITE = "gemini-3-pro-image-preview", "gemini-3.1-flash-lite-image"


def call(number: int, began: float = 0, *ids: str, model: str = "pro", key: str = "main", paid: bool = True) -> Call:
    """It began so many seconds after noon."""
    return Call(
        attempt_id=uuid.UUID(int=number),
        ids=frozenset(ids),
        model_key=model,
        key_name=key,
        began_at=NOON + timedelta(seconds=began),
        may_be_charged=paid,
    )


def row(
    pk: int, ended: float = 20, request_id: str = "?", *, took: int = 20, model: str = PRO, token: str = "t"
) -> Logged:
    """Written so many seconds after noon."""
    return Logged(
        pk=pk,
        request_id=request_id,
        model_name=model,
        token_name=token,
        logged_at=NOON + timedelta(seconds=ended),
        seconds=took,
    )


def matched(
    rows: list[Logged], calls: list[Call], known: dict[str, frozenset[str]] | None = None
) -> set[tuple[object, ...]]:
    return {(pair.logged.pk, pair.call.attempt_id.int, pair.by) for pair in pairs(rows, calls, known or {})}


CASES = {
    "any of the ids will do": ([row(1, request_id="b")], [call(7, 0, "a", "b")], {(1, 7, ID)}),
    "an id is believed whatever the time": ([row(1, 9_000, "a")], [call(7, 0, "a")], {(1, 7, ID)}),
    "an id is believed whatever the model": ([row(1, 20, "a", model="other")], [call(7, 0, "a")], {(1, 7, ID)}),
    "an id finds also what was thought free": ([row(1, 20, "a")], [call(7, 0, "a", paid=False)], {(1, 7, ID)}),
    "time does not find what was surely free": ([row(1)], [call(7, paid=False)], set()),
    "without an id: the same model and time": ([row(1)], [call(7)], {(1, 7, TIME)}),
    "another model is another call": ([row(1, model=LITE)], [call(7)], set()),
    "a model we do not know is another call": ([row(1, model="gpt-9")], [call(7)], set()),
    "a stable id is the same model": ([row(1, model="gemini-3-pro-image")], [call(7)], {(1, 7, TIME)}),
    "a minute beyond the duration is near": ([row(1, 80)], [call(7)], {(1, 7, TIME)}),
    "more is another call": ([row(1, 81)], [call(7)], set()),
    "clocks may differ the other way too": ([row(1, -60, took=0)], [call(7)], {(1, 7, TIME)}),
    "a long call is written long after it began": ([row(1, 600, took=600)], [call(7)], {(1, 7, TIME)}),
    "the nearest call is meant": ([row(1, 40)], [call(7, 0), call(8, 22)], {(1, 8, TIME)}),
    "each takes its own": ([row(1, 20), row(2, 42)], [call(7, 0), call(8, 22)], {(1, 7, TIME), (2, 8, TIME)}),
    "one row, one call": ([row(1)], [call(7), call(8)], {(1, 7, TIME)}),
    "one call, one row": ([row(1), row(2)], [call(7)], {(1, 7, TIME)}),
    "the call without an id comes first": ([row(1)], [call(7, 0, "x"), call(8, 30)], {(1, 8, TIME)}),
    "an id that the log spells otherwise is no hindrance": ([row(1)], [call(7, 0, "x")], {(1, 7, TIME)}),
    "two rows of one id": ([row(1, 20, "a"), row(2, 20, "b")], [call(7, 0, "a", "b")], {(1, 7, ID)}),
}


@pytest.mark.parametrize("case", CASES)
def test_whose_a_row_is(case: str) -> None:
    rows, calls, expected = CASES[case]
    assert matched(rows, calls) == expected


def test_a_row_of_another_key_is_another_call() -> None:
    known = {"main": frozenset({"studio"})}
    assert matched([row(1, token="somebody's script")], [call(7)], known) == set()
    assert matched([row(1, token="studio")], [call(7)], known) == {(1, 7, TIME)}
    assert matched([row(1, token="somebody's script")], [call(7, key="links")], known) == {(1, 7, TIME)}


def test_a_row_with_an_id_teaches_the_name_of_its_key() -> None:
    rows = [row(1, 20, "a", token="studio"), row(2, 20, token="somebody's script")]
    assert matched(rows, [call(7, 0, "a"), call(8)]) == {(1, 7, ID)}


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from("abc?"), st.integers(0, 60)), max_size=8),
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from(["a", "b", ""]), st.booleans()), max_size=8),
)
def test_nobody_is_taken_twice_whatever_comes(
    logged: list[tuple[int, str, int]], began: list[tuple[int, str, bool]]
) -> None:
    rows = [row(number, ended, name, took=took) for number, (ended, name, took) in enumerate(logged)]
    calls = [call(number, start, *filter(None, [name]), paid=paid) for number, (start, name, paid) in enumerate(began)]
    found = pairs(rows, calls, {})
    assert len({pair.logged.pk for pair in found}) == len({pair.call.attempt_id for pair in found}) == len(found)
    assert pairs(rows, calls, {}) == found
    left = [each for each in calls if each.may_be_charged and each not in [pair.call for pair in found]]
    for each in rows:
        if each not in [pair.logged for pair in found]:
            near = [one for one in left if abs(each.logged_at - one.began_at) <= each.took + timedelta(minutes=1)]
            assert near == [], "a row and a call that fit were both left alone"
