"""Whatever the provider answers: what becomes of the generation, and what it costs. Worked by hand, a line a case.

After each of them the sandbox's book of charges and our ledger are compared (see `conftest.sandbox`).
"""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from studio.jobs.cancel import cancel
from studio.jobs.run import run_once
from studio.models import Attempt, Generation, Kind
from studio.storage.objects import open_object, sha256_of
from tests.jobs.asking import ask, draw, draw_to_the_end
from tests.ledger.test_post import left
from tests.people import MONEY_MICROS, Cast
from tests.sandbox.process import RunningSandbox

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

ROOT = Path(__file__).parents[2]
LITE_MICROS = 25_000
FREE = ["hold", "release"]
PAID = ["hold", "release", "charge confirmed"]
PRESUMED = ["hold", "release", "charge presumed"]

type Row = tuple[int, str, str, str, str, str, list[str], list[str]]

WITH_PICTURES: list[Row] = [
    # row of the decision table, fault, marker, status, outcome, charge, roles of the outputs, ledger
    (1, "", "delivered", "succeeded", "delivered", "charged", ["primary"], PAID),
    (1, "", "png", "succeeded", "delivered", "charged", ["primary"], PAID),
    (1, "", "several", "succeeded", "delivered", "charged", ["primary", "variant", "variant"], PAID),
    (1, "F57", "drafts", "succeeded", "delivered", "charged", ["draft", "draft", "primary"], PAID),
    (1, "F58", "duplicates", "succeeded", "delivered", "charged", ["primary"], PAID),
    (1, "F57", "thoughts", "succeeded", "delivered", "charged", ["thought", "primary"], PAID),
    (3, "F57", "thought_only", "succeeded", "delivered_with_warning", "charged", ["primary"], PAID),
    (2, "", "unfinished", "succeeded", "delivered_with_warning", "charged", ["primary"], PAID),
    (1, "", "data_uri", "succeeded", "delivered", "charged", ["primary"], PAID),
    (1, "", "snake_case", "succeeded", "delivered", "charged", ["primary"], PAID),
    (1, "F53", "wrong_mime", "succeeded", "delivered", "charged", ["primary"], PAID),
    (12, "F52", "bad_base64:mixed", "succeeded", "delivered_with_warning", "charged", ["primary"], PAID),
    (15, "", "tail_stall", "succeeded", "delivered", "charged", ["primary"], PAID),
    (15, "", "tail_close", "succeeded", "delivered", "charged", ["primary"], PAID),
    # A link is no picture yet when the charge is committed: presumed then, certain once the picture is here.
    (13, "", "oss", "succeeded", "delivered", "charged", ["primary"], PRESUMED),
    (13, "F61", "oss_later", "succeeded", "delivered", "charged", ["primary"], PRESUMED),
]
WITHOUT_PICTURES: list[Row] = [
    (12, "", "corrupt", "refused", "corrupt_result", "charged", [], PAID),
    (12, "", "corrupt:truncated", "refused", "corrupt_result", "charged", [], PAID),
    (12, "F52", "bad_base64", "refused", "corrupt_result", "charged", [], PRESUMED),
    (14, "F61", "oss_expired", "refused", "delivery_lost", "charged", [], PRESUMED),
    (14, "F61", "oss_missing", "refused", "delivery_lost", "charged", [], PRESUMED),
    (14, "F63", "oss_redirect", "refused", "delivery_lost", "charged", [], PRESUMED),
    (14, "F64", "oss_foreign", "refused", "delivery_lost", "charged", [], PRESUMED),
    (12, "F62", "oss_html", "refused", "corrupt_result", "charged", [], PRESUMED),
    (4, "", "text_refusal", "refused", "refused_text", "presumed", [], PRESUMED),
    (5, "F56", "null_candidates", "refused", "refused_prompt", "presumed", [], PRESUMED),
    (6, "F56", "block", "refused", "refused_prompt", "presumed", [], PRESUMED),
    (7, "F56", "finish:IMAGE_SAFETY", "refused", "refused_output", "presumed", [], PRESUMED),
    (8, "F56", "finish:PROHIBITED_CONTENT", "refused", "refused_prompt", "presumed", [], PRESUMED),
    (11, "F56", "finish:NEVER_HEARD_OF", "refused", "provider_fault", "presumed", [], PRESUMED),
    (7, "F56", "finish:IMAGE_RECITATION", "refused", "refused_output", "presumed", [], PRESUMED),
    (7, "F56", "finish:IMAGE_SAFETY] [sandbox:zero", "refused", "refused_output", "presumed", [], PRESUMED),
    (8, "F56", "finish:BLOCKLIST", "refused", "refused_prompt", "presumed", [], PRESUMED),
    (9, "F56", "finish:IMAGE_OTHER", "refused", "no_image", "presumed", [], PRESUMED),
    (11, "F56", "finish:PUP_LIMITED_DISABLED", "refused", "provider_fault", "presumed", [], PRESUMED),
    (21, "F37", "400] [sandbox:wrapped", "failed", "failed_input", "none", [], FREE),
    (31, "", "499", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    (9, "F56", "no_image", "refused", "no_image", "presumed", [], PRESUMED),
    (10, "", "max_tokens", "refused", "truncated", "presumed", [], PRESUMED),
    (11, "", "empty", "refused", "provider_fault", "presumed", [], PRESUMED),
    (11, "F51", "html", "refused", "provider_fault", "presumed", [], PRESUMED),
    (11, "F51", "empty_body", "refused", "provider_fault", "presumed", [], PRESUMED),
    (16, "F50", "not_json", "refused", "delivery_lost", "presumed", [], PRESUMED),
    (11, "F51", "not_json:null", "refused", "provider_fault", "presumed", [], PRESUMED),
    (11, "F51", "deep", "refused", "provider_fault", "presumed", [], PRESUMED),
    (16, "F47", "cut", "refused", "delivery_lost", "presumed", [], PRESUMED),
    (16, "F47", "reset:100", "refused", "delivery_lost", "presumed", [], PRESUMED),
    (17, "F48", "reset", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    (31, "F49", "redirect", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    (31, "", "408", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    (31, "", "418", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    (31, "F45", "504", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    (31, "F45", "524", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    (21, "F37", "400", "failed", "failed_input", "none", [], FREE),
    (23, "F38", "401", "failed", "failed_config", "none", [], FREE),
    (23, "F38", "403", "failed", "failed_config", "none", [], FREE),
    (23, "F39", "404", "failed", "failed_config", "none", [], FREE),
    (25, "F40", "413", "failed", "failed_input", "none", [], FREE),
    (24, "", "quota", "failed", "failed_balance", "none", [], FREE),
    (24, "", "quota:429", "failed", "failed_balance", "none", [], FREE),
    (27, "", "lookalike_429", "failed", "failed_input", "none", [], FREE),
]
SURELY_FREE = [
    # row, fault, marker, outcome, tries in all: the first and as many as its rule has delays
    (26, "F42", "429", "failed_busy", 4),
    (26, "F44", "503", "failed_busy", 4),
    (30, "F43", "502", "failed_busy", 3),
    (29, "F43", "500", "provider_error", 2),
    (28, "", "write_response_body_failed", "failed_delivery", 3),
]


def facts(generation: Generation) -> tuple[str, str, str, list[str], list[str]]:
    entries = generation.entries.order_by("sequence")
    return (
        generation.status,
        generation.outcome,
        generation.charge,
        [output.role for output in generation.outputs.all()],
        [f"{entry.kind} {entry.certainty}".strip() for entry in entries],
    )


@pytest.mark.parametrize("row", WITH_PICTURES + WITHOUT_PICTURES, ids=lambda row: f"row {row[0]} {row[1]} {row[2]}")
def test_an_answer_has_its_outcome_and_its_price(cast: Cast, sandbox: RunningSandbox, row: Row) -> None:
    _, _, marker, *expected = row
    generation = draw(cast, f"A boat [sandbox:{marker}]")
    assert list(facts(generation)) == expected
    attempt = generation.attempts.get()
    assert (attempt.outcome, attempt.charge) == (generation.outcome, generation.charge)
    assert attempt.finished_at is not None
    assert generation.detail or generation.status == "succeeded"
    assert len(sandbox.requests()) == 1
    assert left(cast.bob) == MONEY_MICROS - (0 if expected[-1] == FREE else LITE_MICROS)


@pytest.mark.parametrize(
    "marker", ["timeout", "stall", "drip=20"], ids=["row 17 timeout", "row 16 stall", "row 16 drip"]
)
def test_F46_silence_ends_in_words_and_is_never_sent_again(
    cast: Cast, sandbox: RunningSandbox, settings: Settings, marker: str
) -> None:
    settings.NB_TIMEOUT_SCALE = 0.004  # 300 s become 1.2
    generation = draw(cast, f"A boat [sandbox:{marker}]")
    # Without a status line nobody knows; behind a 200 the answer is lost, and a drip is no better than a silence.
    is_silent = marker == "timeout"
    status, outcome = ("unknown", "outcome_unknown") if is_silent else ("refused", "delivery_lost")
    assert facts(generation) == (status, outcome, "presumed", [], PRESUMED)
    assert generation.not_before is None
    assert len(sandbox.requests()) == 1


@pytest.mark.parametrize(("row", "fault", "marker", "outcome", "tries"), SURELY_FREE)
def test_what_surely_cost_nothing_is_tried_again_a_few_times(
    cast: Cast, sandbox: RunningSandbox, row: int, fault: str, marker: str, outcome: str, tries: int
) -> None:
    generation = draw_to_the_end(cast, f"A boat [sandbox:{marker}]")
    assert facts(generation) == ("failed", outcome, "none", [], FREE)
    assert [attempt.charge for attempt in generation.attempts.all()] == ["none"] * tries
    assert len(sandbox.requests()) == tries
    assert left(cast.bob) == MONEY_MICROS


def test_while_it_waits_for_its_next_try_the_money_stays_held(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = draw(cast, "A boat [sandbox:429]")
    assert facts(generation) == ("queued", "failed_busy", "held", [], ["hold"])
    assert generation.not_before is not None
    assert generation.worker_id is None
    assert left(cast.bob) == MONEY_MICROS - LITE_MICROS


@pytest.mark.parametrize("said", ["2", "120"])
def test_F41_a_provider_that_names_a_time_is_not_asked_before(cast: Cast, sandbox: RunningSandbox, said: str) -> None:
    before = timezone.now()
    generation = draw(cast, f"A boat [sandbox:429] [sandbox:retry_after={said}]")
    assert generation.not_before is not None
    wait = (generation.not_before - before).total_seconds()
    assert int(said) * 0.02 <= wait < int(said) * 0.02 + 3  # the tests' clock runs 50 times faster


def test_busy_once_and_then_a_picture_is_charged_once(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = draw_to_the_end(cast, "A boat [sandbox:429-then-ok]")
    assert facts(generation) == ("succeeded", "delivered", "charged", ["primary"], PAID)
    assert [attempt.charge for attempt in generation.attempts.all()] == ["none", "charged"]
    assert len(sandbox.charges()) == 1


def test_a_refusal_is_charged_and_never_sent_again(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = draw_to_the_end(cast, "A boat [sandbox:text_refusal]")
    assert generation.model_text
    assert (len(sandbox.requests()), len(sandbox.charges())) == (1, 1)


def test_F35_a_provider_that_is_not_there_costs_nothing(
    cast: Cast, sandbox: RunningSandbox, settings: Settings
) -> None:
    settings.NB_GATEWAY_URL = "http://127.0.0.1:1"  # a port nobody listens on
    generation = draw_to_the_end(cast, "A boat")
    assert facts(generation) == ("failed", "failed_network", "none", [], FREE)
    assert [attempt.http_status for attempt in generation.attempts.all()] == [None] * 3
    assert sandbox.requests() == []


def test_a_run_that_failed_leaves_no_trace_in_the_spool(
    cast: Cast, sandbox: RunningSandbox, settings: Settings
) -> None:
    for marker in ("429", "delivered", "400", "text_refusal"):
        draw(cast, f"A boat [sandbox:{marker}]")
    assert list(settings.NB_SPOOL_DIR.iterdir()) == []


@pytest.mark.parametrize("marker", ["corrupt", "html", "cut", "bad_base64:mixed"])
def test_an_answer_that_was_paid_and_not_used_whole_is_kept(
    cast: Cast, sandbox: RunningSandbox, settings: Settings, marker: str
) -> None:
    generation = draw(cast, f"A boat [sandbox:{marker}]")
    kept = [path.stem for path in settings.NB_SPOOL_DIR.iterdir()]
    assert kept == [str(generation.attempts.get().pk)]


def test_the_picture_is_stored_as_it_was_sent(cast: Cast, sandbox: RunningSandbox, settings: Settings) -> None:
    output = draw(cast, "A boat [sandbox:png]").outputs.get()
    assert (output.mime_type, output.width, output.height) == ("image/png", 96, 64)
    assert output.sha256 == sha256_of(settings.MEDIA_ROOT / output.key)
    assert output.size_bytes == (settings.MEDIA_ROOT / output.key).stat().st_size
    with open_object(output.thumbnail_key) as small:
        assert small.read(4) == b"RIFF"


def test_the_attempt_holds_the_evidence(cast: Cast, sandbox: RunningSandbox) -> None:
    attempt = draw(cast, "A boat").attempts.get()
    (request,) = sandbox.requests()
    assert request["id"] in attempt.request_id  # the gateway puts its name before it
    assert attempt.http_status == 200
    assert attempt.finish_reason == "STOP"
    assert attempt.response_id == f"rsp-{request['id']}"
    assert attempt.request_bytes == request["body_bytes"]
    assert attempt.usage["total_tokens"] > 0
    assert attempt.started_at <= attempt.first_byte_at <= attempt.answered_at <= attempt.finished_at  # type: ignore[operator]


def test_the_key_is_written_down_nowhere(cast: Cast, sandbox: RunningSandbox) -> None:
    attempt = draw(cast, "A boat [sandbox:401]").attempts.get()
    assert "sk-test" not in str(Attempt.objects.filter(pk=attempt.pk).values().get())


def test_the_price_of_the_submit_is_what_is_charged(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = ask(cast, variations=1, model_key="pro", size="2K").generations.get()
    assert generation.price_micros == 90_000
    assert generation.entries.get(kind=Kind.HOLD).amount_micros == -90_000


# ── What the tables above cannot hold ──────────────────────────────────────────────────────────────


def test_F54_an_answer_without_end_is_stopped_and_counted(
    cast: Cast, sandbox: RunningSandbox, settings: Settings
) -> None:
    """Row 16. One picture of more than 160 MB, without a length: stopped where nobody honest goes."""
    generation = draw(cast, "A boat [sandbox:big=220]")
    assert facts(generation) == ("refused", "delivery_lost", "presumed", [], PRESUMED)
    assert generation.reason == "answer_too_large"


def test_F55_a_small_answer_that_unpacks_to_a_huge_one_is_stopped(cast: Cast, sandbox: RunningSandbox) -> None:
    """Row 11 or 16: spaces without end are no answer, and are never held."""
    generation = draw(cast, "A boat [sandbox:gzip_bomb=400]")
    assert facts(generation)[2:] == ("presumed", [], PRESUMED)
    assert generation.outcome in {"delivery_lost", "provider_fault"}


def test_F58_of_more_than_twenty_pictures_twenty_are_kept(cast: Cast, sandbox: RunningSandbox) -> None:
    """As many as the sandbox makes in one answer; what is beyond twenty is in `test_answer.py`."""
    generation = draw(cast, "A boat [sandbox:several=20]")
    assert facts(generation)[:4] == ("succeeded", "delivered", "charged", ["primary"] + ["variant"] * 19)
    assert len(sandbox.charges()) == 1


def test_F67_row_18_a_call_that_was_sent_cannot_be_cancelled_and_keeps_its_picture(
    cast: Cast, sandbox: RunningSandbox
) -> None:
    """Hanging up would be charged all the same, so the call goes on and its picture is kept."""
    generation = ask(cast, "A boat").generations.get()
    Generation.objects.filter(pk=generation.pk).update(status="sending")
    assert not cancel(generation, person=cast.bob, now=timezone.now())
    Generation.objects.filter(pk=generation.pk).update(status="queued")
    run_once(generation.pk)
    assert facts(generation.run.generations.get()) == ("succeeded", "delivered", "charged", ["primary"], PAID)


def test_F66_row_19_what_was_not_sent_is_cancelled_for_nothing(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = ask(cast, "A boat").generations.get()
    assert cancel(generation, person=cast.bob, now=timezone.now())
    assert facts(generation.run.generations.get()) == ("cancelled", "cancelled", "none", [], FREE)
    assert sandbox.requests() == []


@pytest.mark.parametrize(
    ("marker", "outcome"), [("finish:PUP_LIMITED_DISABLED", "provider_fault"), ("max_tokens", "truncated")]
)
def test_what_only_an_admin_can_mend_is_logged_as_an_error(
    cast: Cast, sandbox: RunningSandbox, caplog: pytest.LogCaptureFixture, marker: str, outcome: str
) -> None:
    generation = draw(cast, f"A boat [sandbox:{marker}]")
    (record,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert outcome in record.getMessage()
    assert "admin" in generation.detail


def test_the_promise_that_blocked_pictures_are_free_reaches_nobody(cast: Cast, sandbox: RunningSandbox) -> None:
    """Google's sentence stands in the answer; the gateway charges all the same, so it is not among what is kept."""
    generation = draw(cast, "A boat [sandbox:finish:IMAGE_SAFETY]")
    rows = [*Generation.objects.values(), *Attempt.objects.values()]
    assert "emulated" not in str(rows)
    assert "filtered" not in str(rows)
    assert "may have been charged" in generation.detail


def test_every_count_of_tokens_is_kept_with_the_attempt(cast: Cast, sandbox: RunningSandbox) -> None:
    usage = draw(cast, "A boat [sandbox:several=3]").attempts.get().usage
    assert usage["candidates_details"] == {"IMAGE": 3 * 1120}
    assert usage["output_tokens"] == usage["total_tokens"] - usage["prompt_tokens"]
    assert usage["prompt_details"]["TEXT"] > 0


BY_NAME = {16, 17, 18, 19, 20, 22, 32}
"""Rows with a test of their own: above; 22, a refused signature, in `test_conversation.py`; 32, a worker that dies,
in `test_recover.py` and `test_hammer.py`."""


def test_every_row_of_the_decision_table_is_driven_through_the_sandbox() -> None:
    rows = {row[0] for row in [*WITH_PICTURES, *WITHOUT_PICTURES]} | {row[0] for row in SURELY_FREE} | BY_NAME
    assert rows == set(range(1, 33))


ELSEWHERE = {
    "F36": "tests/provider/test_gemini.py::test_a_peer_that_cannot_prove_its_name_gets_no_key",
    "F59": "tests/provider/test_answer.py::test_words_are_cleaned_of_what_no_database_takes",
    "F60": "tests/decoder/test_codec.py",
}


def test_every_fault_of_the_provider_has_its_test() -> None:
    """F35 to F64 of the fault matrix: in the tables above, in a name here, or where `ELSEWHERE` says."""
    tables = {row[1] for row in [*WITH_PICTURES, *WITHOUT_PICTURES]} | {row[1] for row in SURELY_FREE}
    names = {fault for name in globals() for fault in re.findall(r"F\d\d", name)}
    assert tables | names | set(ELSEWHERE) >= {f"F{number}" for number in range(35, 65)}
    for place in ELSEWHERE.values():
        path, _, test = place.partition("::")
        assert test in (ROOT / path).read_text("utf-8")
