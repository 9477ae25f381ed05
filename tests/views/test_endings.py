"""Every way a call can end has its own words, and says what it cost."""

import pytest

from studio.models import Attempt, Generation
from studio.provider.details import DETAILS_BY_REASON
from studio.provider.outcome import RULES, Charge, Outcome
from studio.views.endings import Ending, ending_of
from studio.views.reasons import REASONS, reason_in_words, warning_in_words

WITHOUT_PICTURE = [outcome for outcome, rule in RULES.items() if rule.status != "succeeded"]


def ended(
    outcome: Outcome, *, charge: Charge | None = None, reason: str = "", tries: int = 1, status: int | None = None
) -> Ending:
    rule = RULES[outcome]
    generation = Generation(status=rule.status, outcome=outcome, charge=charge or rule.charge, reason=reason)
    attempts = [Attempt(number=number, http_status=status) for number in range(1, tries + 1)]
    return ending_of(generation, attempts, timeout_seconds=300)


@pytest.mark.parametrize("outcome", WITHOUT_PICTURE)
def test_no_outcome_is_left_without_words(outcome: Outcome) -> None:
    ending = ended(outcome)
    assert all((ending.title, ending.reason, ending.cost, ending.icon))
    assert ending.advice or outcome is Outcome.CANCELLED
    assert not (ending.asks_for_new_words and ending.may_try_again)


@pytest.mark.parametrize("outcome", [o for o in WITHOUT_PICTURE if RULES[o].status == "failed"])
def test_what_failed_says_that_nothing_was_charged(outcome: Outcome) -> None:
    assert (ended(outcome).title, ended(outcome).cost) == ("Failed", "Nothing was charged.")


def test_the_words_of_the_design() -> None:
    busy = ended(Outcome.FAILED_BUSY, tries=3, status=503)
    assert f"{busy.reason} {busy.cost}" == "Provider busy (503), 3 tries. Nothing was charged."
    invalid = ended(Outcome.FAILED_INPUT, status=400)
    assert f"{invalid.reason} {invalid.cost}" == "The request was not valid (400). Nothing was charged."
    refused = ended(Outcome.REFUSED_PROMPT, charge=Charge.CHARGED)
    assert f"{refused.reason} {refused.cost}" == "The model declined this request. The provider charges for refusals."
    late = ended(Outcome.OUTCOME_UNKNOWN, reason="timeout")
    assert late.title == "Timed out"
    assert late.reason == "No answer in 5:00."
    assert late.cost == "The provider probably charged; we count it until its bill says otherwise."
    stopped = ended(Outcome.CANCELLED)
    assert f"{stopped.reason} {stopped.cost}" == "Stopped before sending. Nothing was charged."


def test_words_alone_are_no_refusal() -> None:
    ending = ended(Outcome.REFUSED_TEXT, charge=Charge.CHARGED)
    assert ending.title == "No image"
    assert f"{ending.reason} {ending.cost}" == "The model answered with text only. The provider charges for that."


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        ("timeout", "Timed out"),
        ("upstream_timeout", "Timed out"),
        ("http_524", "Timed out"),
        ("worker_lost", "No answer"),
    ],
)
def test_silence_has_its_reasons(reason: str, title: str) -> None:
    assert ended(Outcome.OUTCOME_UNKNOWN, reason=reason).title == title


@pytest.mark.parametrize(
    ("charge", "words"),
    [
        (Charge.REIMBURSED, "The charge was given back."),
        (Charge.RELEASED, "Nothing was charged."),
        (Charge.HELD, "Its price is still held."),
    ],
)
def test_a_charge_that_was_settled_later_is_said_as_it_is_now(charge: Charge, words: str) -> None:
    assert ended(Outcome.OUTCOME_UNKNOWN, charge=charge).cost == words


@pytest.mark.parametrize("outcome", [Outcome.REFUSED_PROMPT, Outcome.REFUSED_TEXT, Outcome.FAILED_INPUT])
def test_what_would_end_the_same_way_asks_for_a_change(outcome: Outcome) -> None:
    assert ended(outcome).asks_for_new_words


@pytest.mark.parametrize(("outcome", "reason"), sorted(DETAILS_BY_REASON))
def test_no_reason_is_left_without_words(outcome: Outcome, reason: str) -> None:
    generation = Generation(outcome=outcome, reason=reason)
    assert reason_in_words(generation) == str(REASONS[outcome, reason])
    assert "charged" not in reason_in_words(generation)  # what it cost is said beside it


def test_a_picture_with_a_warning_says_so_and_another_does_not() -> None:
    warned = Generation(outcome=Outcome.DELIVERED_WITH_WARNING, reason="MAX_TOKENS")
    assert warning_in_words(warned) == "The provider stopped early, so the result may be incomplete."
    sketch = Generation(outcome=Outcome.DELIVERED_WITH_WARNING, reason="only_thoughts")
    assert "sketch" in warning_in_words(sketch)
    assert warning_in_words(Generation(outcome=Outcome.DELIVERED, reason="STOP")) == ""
