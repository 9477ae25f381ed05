"""Whatever the provider answers: what becomes of the generation, and what it costs. Worked by hand, a line a case.

After each of them the sandbox's book of charges and our ledger are compared (see `conftest.sandbox`).
"""

import pytest
from django.utils import timezone
from pytest_django import Settings

from studio.models import Attempt, Generation, Kind
from studio.storage.objects import open_object, sha256_of
from tests.jobs.asking import ask, draw, draw_to_the_end
from tests.ledger.test_post import left
from tests.people import MONEY_MICROS, Cast
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db

LITE_MICROS = 25_000
FREE = ["hold", "release"]
PAID = ["hold", "release", "charge confirmed"]
PRESUMED = ["hold", "release", "charge presumed"]

type Row = tuple[str, str, str, str, list[str], list[str]]

WITH_PICTURES: list[Row] = [
    # marker, status, outcome, charge, roles of the outputs, ledger
    ("delivered", "succeeded", "delivered", "charged", ["primary"], PAID),
    ("png", "succeeded", "delivered", "charged", ["primary"], PAID),
    ("several", "succeeded", "delivered", "charged", ["primary", "variant", "variant"], PAID),
    ("drafts", "succeeded", "delivered", "charged", ["draft", "draft", "primary"], PAID),
    ("duplicates", "succeeded", "delivered", "charged", ["primary"], PAID),
    ("thoughts", "succeeded", "delivered", "charged", ["thought", "primary"], PAID),
    ("thought_only", "succeeded", "delivered_with_warning", "charged", ["primary"], PAID),
    ("unfinished", "succeeded", "delivered_with_warning", "charged", ["primary"], PAID),
    ("data_uri", "succeeded", "delivered", "charged", ["primary"], PAID),
    ("snake_case", "succeeded", "delivered", "charged", ["primary"], PAID),
    ("wrong_mime", "succeeded", "delivered", "charged", ["primary"], PAID),
    ("bad_base64:mixed", "succeeded", "delivered_with_warning", "charged", ["primary"], PAID),
    ("tail_stall", "succeeded", "delivered", "charged", ["primary"], PAID),
    ("tail_close", "succeeded", "delivered", "charged", ["primary"], PAID),
    # A link is no picture yet when the charge is committed: presumed then, certain once the picture is here.
    ("oss", "succeeded", "delivered", "charged", ["primary"], PRESUMED),
    ("oss_later", "succeeded", "delivered", "charged", ["primary"], PRESUMED),
]
WITHOUT_PICTURES: list[Row] = [
    ("corrupt", "refused", "corrupt_result", "charged", [], PAID),
    ("corrupt:truncated", "refused", "corrupt_result", "charged", [], PAID),
    ("bad_base64", "refused", "corrupt_result", "charged", [], PRESUMED),
    ("oss_expired", "refused", "delivery_lost", "charged", [], PRESUMED),
    ("oss_missing", "refused", "delivery_lost", "charged", [], PRESUMED),
    ("oss_redirect", "refused", "delivery_lost", "charged", [], PRESUMED),
    ("oss_foreign", "refused", "delivery_lost", "charged", [], PRESUMED),
    ("oss_html", "refused", "corrupt_result", "charged", [], PRESUMED),
    ("text_refusal", "refused", "refused_text", "presumed", [], PRESUMED),
    ("null_candidates", "refused", "refused_prompt", "presumed", [], PRESUMED),
    ("block", "refused", "refused_prompt", "presumed", [], PRESUMED),
    ("finish:IMAGE_SAFETY", "refused", "refused_output", "presumed", [], PRESUMED),
    ("finish:PROHIBITED_CONTENT", "refused", "refused_prompt", "presumed", [], PRESUMED),
    ("finish:NEVER_HEARD_OF", "refused", "provider_fault", "presumed", [], PRESUMED),
    ("no_image", "refused", "no_image", "presumed", [], PRESUMED),
    ("max_tokens", "refused", "truncated", "presumed", [], PRESUMED),
    ("empty", "refused", "provider_fault", "presumed", [], PRESUMED),
    ("html", "refused", "provider_fault", "presumed", [], PRESUMED),
    ("empty_body", "refused", "provider_fault", "presumed", [], PRESUMED),
    ("not_json", "refused", "delivery_lost", "presumed", [], PRESUMED),
    ("not_json:null", "refused", "provider_fault", "presumed", [], PRESUMED),
    ("deep", "refused", "provider_fault", "presumed", [], PRESUMED),
    ("cut", "refused", "delivery_lost", "presumed", [], PRESUMED),
    ("reset:100", "refused", "delivery_lost", "presumed", [], PRESUMED),
    ("reset", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    ("redirect", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    ("408", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    ("418", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    ("504", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    ("524", "unknown", "outcome_unknown", "presumed", [], PRESUMED),
    ("400", "failed", "failed_input", "none", [], FREE),
    ("401", "failed", "failed_config", "none", [], FREE),
    ("403", "failed", "failed_config", "none", [], FREE),
    ("404", "failed", "failed_config", "none", [], FREE),
    ("413", "failed", "failed_input", "none", [], FREE),
    ("quota", "failed", "failed_balance", "none", [], FREE),
    ("quota:429", "failed", "failed_balance", "none", [], FREE),
    ("lookalike_429", "failed", "failed_input", "none", [], FREE),
]
SURELY_FREE = [
    # marker, outcome, tries in all: the first and as many as its rule has delays
    ("429", "failed_busy", 4),
    ("503", "failed_busy", 4),
    ("502", "failed_busy", 3),
    ("500", "provider_error", 2),
    ("write_response_body_failed", "failed_delivery", 3),
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


@pytest.mark.parametrize("row", WITH_PICTURES + WITHOUT_PICTURES, ids=lambda row: row[0])
def test_an_answer_has_its_outcome_and_its_price(cast: Cast, sandbox: RunningSandbox, row: Row) -> None:
    marker, *expected = row
    generation = draw(cast, f"A boat [sandbox:{marker}]")
    assert list(facts(generation)) == expected
    attempt = generation.attempts.get()
    assert (attempt.outcome, attempt.charge) == (generation.outcome, generation.charge)
    assert attempt.finished_at is not None
    assert generation.detail or generation.status == "succeeded"
    assert len(sandbox.requests()) == 1
    assert left(cast.bob) == MONEY_MICROS - (0 if expected[-1] == FREE else LITE_MICROS)


@pytest.mark.parametrize("marker", ["timeout", "stall"])
def test_silence_ends_in_words_and_is_never_sent_again(
    cast: Cast, sandbox: RunningSandbox, settings: Settings, marker: str
) -> None:
    settings.NB_TIMEOUT_SCALE = 0.004  # 300 s become 1.2
    generation = draw(cast, f"A boat [sandbox:{marker}]")
    status, outcome = {"timeout": ("unknown", "outcome_unknown"), "stall": ("refused", "delivery_lost")}[marker]
    assert facts(generation) == (status, outcome, "presumed", [], PRESUMED)
    assert generation.not_before is None
    assert len(sandbox.requests()) == 1


@pytest.mark.parametrize(("marker", "outcome", "tries"), SURELY_FREE)
def test_what_surely_cost_nothing_is_tried_again_a_few_times(
    cast: Cast, sandbox: RunningSandbox, marker: str, outcome: str, tries: int
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
def test_a_provider_that_names_a_time_is_not_asked_before(cast: Cast, sandbox: RunningSandbox, said: str) -> None:
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


def test_a_provider_that_is_not_there_costs_nothing(cast: Cast, sandbox: RunningSandbox, settings: Settings) -> None:
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
