"""The facts of a call, there and back."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.provider.evidence import Evidence, Stage, clean, kept_headers, request_ids

seconds = st.one_of(st.none(), st.floats(0, 1_000))
headers = st.dictionaries(st.sampled_from(["date", "retry-after"]), st.text(max_size=9), max_size=2)


@given(
    st.builds(
        Evidence,
        stage=st.sampled_from(Stage),
        http_status=st.one_of(st.none(), st.integers(100, 599)),
        headers=headers,
        request_ids=headers,
        images_seen=st.integers(0, 9),
        error=st.text(max_size=9),
        closed_early=st.booleans(),
        connected_seconds=seconds,
        finished_seconds=seconds,
    )
)
def test_evidence_comes_back_as_it_was_stored(evidence: Evidence) -> None:
    plain = json.loads(json.dumps(evidence.to_json()))
    assert Evidence.from_json(plain) == evidence


def test_evidence_of_an_older_version_still_reads() -> None:
    assert Evidence.from_json({}) == Evidence()
    assert Evidence.from_json({"stage": "sent", "gone_by_now": 1}) == Evidence(stage=Stage.SENT)


def test_what_is_no_evidence_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        Evidence.from_json({"stage": "on the moon"})


def test_only_a_few_headers_are_kept_and_their_values_cut() -> None:
    headers = {"set-cookie": "a", "authorization": "b", "x-request-id": "r" * 500, "content-type": "c", "server": "d"}
    assert kept_headers(headers) == {"x-request-id": "r" * 200, "content-type": "c"}


def test_the_id_that_the_gateways_log_knows_comes_first() -> None:
    headers = {"x-shellapi-request-id": "3", "request-id": "2", "x-request-id": "1", "x-oneapi-request-id": ""}
    assert list(request_ids(headers).values()) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("status", "is_success"), [(None, False), (199, False), (200, True), (204, True), (300, False)]
)
def test_which_status_promises_an_answer(status: int | None, is_success: bool) -> None:
    assert Evidence(http_status=status).is_success is is_success


def test_the_kind_of_an_error_is_its_class() -> None:
    assert Evidence(error="TimedOut: no byte: 3 s").error_kind == "TimedOut"
    assert Evidence().error_kind == ""


def test_what_no_database_takes_is_taken_out() -> None:
    assert clean("a\0b\ud800c\N{FOX FACE}") == "abc\N{FOX FACE}"
