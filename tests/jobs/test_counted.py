"""By tokens and by searches: held at the worst, booked at the worst, and corrected once to what the answer counts."""

import logging
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from studio.jobs.counted import searches_of, true_up
from studio.jobs.run import run_once
from studio.ledger import audit
from studio.ledger.balance import month_of, month_summary
from studio.ledger.charges import Chosen
from studio.ledger.review import Totals, tables_of
from studio.ledger.statement import spend_by_day
from studio.models import GatewayLogRow, Generation, Kind, Price
from studio.provider.answer import AnswerImage, ImageRole, Reading
from studio.provider.terms import BY_TOKENS, Terms
from studio.provider.usage import Usage
from tests.jobs.asking import ask, draw
from tests.people import MONEY_MICROS, Cast
from tests.sandbox.process import RunningSandbox

TOKEN_KEY = override_settings(NB_API_KEY="sk-token-studio")


def price_by_tokens(model_key: str = "nb2", **facts: int) -> None:
    terms = BY_TOKENS[model_key]
    Price.objects.create(
        model_key=model_key,
        billing_mode=Price.BillingMode.PER_TOKEN,
        amount_micros=terms.input_micros,
        output_micros=terms.output_micros,
        effective_at=timezone.now() - timedelta(minutes=1),
        **facts,
    )


def left(cast: Cast) -> int:
    return month_summary(cast.bob, month_of(timezone.now())).left_micros


def kinds(generation: Generation) -> list[str]:
    return [entry.kind for entry in generation.entries.order_by("sequence")]


@TOKEN_KEY
def test_a_call_by_tokens_is_held_at_its_worst_and_costs_what_was_counted(cast: Cast, sandbox: RunningSandbox) -> None:
    price_by_tokens()
    generation = draw(cast, model_key="nb2")
    attempt = generation.attempts.get()
    usage = attempt.usage
    counted = BY_TOKENS["nb2"].price(prompt_tokens=usage["prompt_tokens"], output_tokens=usage["output_tokens"])
    assert attempt.price_micros == 46_412  # worked out in tests/provider/test_terms.py
    assert generation.cost_micros == attempt.cost_micros == counted < attempt.price_micros
    assert sandbox.charged_micros == pytest.approx(counted, abs=2)
    assert kinds(generation) == ["hold", "release", "charge", "correction"]
    correction = generation.entries.get(kind=Kind.CORRECTION)
    assert (correction.recorded_by, correction.amount_micros) == (None, attempt.price_micros - counted)
    assert correction.note == f"as counted: {usage['prompt_tokens']:,} tokens in, {usage['output_tokens']:,} out"
    assert correction.closes == generation.entries.get(kind=Kind.CHARGE)
    assert left(cast) == MONEY_MICROS - counted


@TOKEN_KEY
def test_every_figure_says_what_it_came_to(cast: Cast, sandbox: RunningSandbox) -> None:
    price_by_tokens()
    cost = draw(cast, model_key="nb2").cost_micros + draw(cast, model_key="nb2").cost_micros
    month = month_of(timezone.now())
    summary = month_summary(cast.bob, month)
    assert (summary.charged_micros, summary.corrected_micros, summary.used_micros) == (cost, 0, cost)
    assert sum(day.total_micros for day in spend_by_day(cast.bob, month).values()) == cost
    assert Totals.of(tables_of(month).people).spent_micros == cost
    assert Chosen(month=month).totals() == (2, cost)


@TOKEN_KEY
def test_a_refusal_by_tokens_costs_the_few_it_used(cast: Cast, sandbox: RunningSandbox) -> None:
    price_by_tokens()
    generation = draw(cast, "[sandbox:block]", model_key="nb2")
    assert (generation.status, generation.charge) == ("refused", "presumed")
    assert generation.cost_micros < 5_000
    assert month_summary(cast.bob, month_of(timezone.now())).presumed_micros == generation.cost_micros


@TOKEN_KEY
def test_what_is_lost_on_its_way_stays_at_the_worst_price(cast: Cast, sandbox: RunningSandbox) -> None:
    price_by_tokens()
    generation = draw(cast, "[sandbox:reset]", model_key="nb2")
    assert (generation.status, generation.real_micros) == ("unknown", None)
    assert kinds(generation) == ["hold", "release", "charge"]
    assert sandbox.charged_micros < generation.cost_micros  # the log will say so
    sandbox.reset()  # its book cannot agree before that


@TOKEN_KEY
def test_F72_a_price_that_changes_meanwhile_changes_neither_hold_nor_correction(
    cast: Cast, sandbox: RunningSandbox
) -> None:
    price_by_tokens()
    generation = ask(cast, model_key="nb2").generations.get()
    Price.objects.create(model_key="nb2", amount_micros=1, effective_at=timezone.now())
    run_once(generation.pk)
    generation.refresh_from_db()
    usage = generation.attempts.get().usage
    agreed = BY_TOKENS["nb2"].price(prompt_tokens=usage["prompt_tokens"], output_tokens=usage["output_tokens"])
    assert generation.cost_micros == agreed


@TOKEN_KEY
def test_F74_what_costs_more_than_was_held_is_booked_in_full_and_said(
    cast: Cast, sandbox: RunningSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    price_by_tokens()
    with caplog.at_level(logging.ERROR, "studio.jobs.counted"):
        generation = draw(cast, "[sandbox:several]", model_key="nb2")
    attempt = generation.attempts.get()
    assert attempt.is_over_hold
    assert "over_hold" in caplog.text
    assert generation.entries.get(kind=Kind.CORRECTION).amount_micros == attempt.price_micros - attempt.cost_micros < 0
    assert left(cast) == MONEY_MICROS - attempt.cost_micros


@pytest.mark.parametrize("model_key", ["pro", "nb2", "nb21"])
def test_a_search_is_held_three_times_and_paid_as_often_as_it_was_made(
    cast: Cast, sandbox: RunningSandbox, model_key: str
) -> None:
    generation = draw(cast, model_key=model_key, web_search=True)
    attempt = generation.attempts.get()
    plain = generation.run.model.price_micros
    assert attempt.price_micros == plain + 3 * 14_000
    searches = (attempt.cost_micros - plain) / 14_000
    assert searches in (1, 2, 3)
    assert sandbox.charged_micros == attempt.cost_micros
    notes = list(generation.entries.filter(kind=Kind.CORRECTION).values_list("note", flat=True))
    assert notes == ([] if searches == 3 else [f"as counted: {searches:.0f} × web search"])


@TOKEN_KEY
def test_tokens_and_searches_together(cast: Cast, sandbox: RunningSandbox) -> None:
    price_by_tokens()
    generation = draw(cast, model_key="nb2", web_search=True, thinking_level="high")
    assert generation.attempts.get().price_micros == 105_692
    assert generation.cost_micros == pytest.approx(sandbox.charged_micros, abs=2)


def test_a_plain_call_is_never_corrected(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = draw(cast)
    assert generation.real_micros is None
    assert kinds(generation) == ["hold", "release", "charge"]


def test_a_run_of_an_older_studio_has_its_price_and_no_more(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = ask(cast).generations.get()
    generation.run.terms = {}
    generation.run.save(update_fields=["terms"])
    run_once(generation.pk)
    generation.refresh_from_db()
    assert generation.run.agreed_terms == Terms(call_micros=generation.price_micros)
    assert (generation.status, generation.real_micros) == ("succeeded", None)


@TOKEN_KEY
def test_what_the_log_said_is_not_counted_again(cast: Cast, sandbox: RunningSandbox) -> None:
    """An answer may be read once more after its row was settled: "Deliver again"."""
    price_by_tokens()
    attempt = draw(cast, model_key="nb2").attempts.get()
    cost_micros = attempt.cost_micros
    now = timezone.now()
    GatewayLogRow.objects.create(
        request_id="req-1",
        logged_at=now,
        model_name="gemini-3.1-flash-image",
        quota=cost_micros // 2,
        read_at=now,
        state=GatewayLogRow.State.SETTLED,
        settled_at=now,
        attempt=attempt,
        matched_by=GatewayLogRow.Match.ID,
    )
    with transaction.atomic():
        true_up(attempt, Reading(usage=Usage(prompt_tokens=10, candidates_tokens=999)), now=now)
    attempt.refresh_from_db()
    assert attempt.cost_micros == cost_micros


PICTURE = AnswerImage(
    role=ImageRole.PRIMARY,
    path=None,
    url="https://example.com/a.png",
    mime_type=None,
    claimed_mime_type="",
    sha256="",
    size_bytes=0,
    position=0,
)


@pytest.mark.parametrize(
    ("reading", "searches"),
    [
        (Reading(images=(PICTURE,), web_searches=2, search_suggestions="<div>"), 2),
        (Reading(images=(PICTURE,)), 0),  # drawn without looking anything up
        (Reading(model_text="I cannot draw that."), 0),
        (Reading(images=(PICTURE,), search_suggestions="<div>"), 3),  # it did search, and does not say how often
        (Reading(), 3),  # nothing in it: nobody knows
    ],
)
def test_searches_are_counted_as_far_as_the_answer_tells(reading: Reading, searches: int) -> None:
    assert searches_of(reading) == searches


@TOKEN_KEY
def test_the_books_stay_sound(cast: Cast, sandbox: RunningSandbox) -> None:
    price_by_tokens()
    for prompt in ("A boat", "[sandbox:text_refusal]", "[sandbox:corrupt]"):
        draw(cast, prompt, model_key="nb2")
    assert list(audit.findings()) == []
