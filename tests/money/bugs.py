"""Bugs that somebody could make, each a change to the real service: what the machine has to catch.

A sentence each says what the studio would do wrong. Every one of them leaves a program that runs.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.db import connection
from django.db.models.functions import TruncDate

from studio.jobs import cancel, counted, mark, recover, settle, submit
from studio.ledger import chain, decisions, folding, post, spent
from studio.ledger.balance import month_of
from studio.models import Account, Attempt, Certainty, Generation, Kind, LedgerEntry, Status
from studio.prices import Quote, terms_of_call
from studio.provider import classify
from studio.provider.outcome import RULES, Charge, Outcome
from studio.provider.terms import Terms
from studio.provider.usage import Usage

type Patch = pytest.MonkeyPatch
FAR: Final = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bug:
    sentence: str
    plant: Callable[[Patch], None]


BUGS: Final[list[Bug]] = []


def bug(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
    BUGS.append(Bug((plant.__doc__ or "").rstrip("."), plant))
    return plant


def nothing(*_arguments: object, **_named: object) -> None:
    pass


def in_the_month_of_the_entry(patch: Patch, *kinds: Kind) -> None:
    """Entries of these kinds count when they are written, and not with what they belong to."""
    append = post._append

    def wrong(person: Any, month: Any, lines: Sequence[Any], *, now: datetime, **more: Any) -> Any:
        moved = month_of(now) if lines[0].kind in kinds else month
        return append(person, moved, lines, now=now, **more)

    patch.setattr(post, "_append", wrong)


def charged_as(patch: Patch, outcome: Outcome, charge: Charge) -> None:
    patch.setattr(classify, "RULES", {**RULES, outcome: replace(RULES[outcome], charge=charge)})


# ── Holds ──────────────────────────────────────────────────────────────────────────────────────────


@bug
def holds_anything(patch: Patch) -> None:
    """A hold is taken without asking whether it fits."""
    append = post._append
    patch.setattr(post, "_append", lambda *args, must_fit=False, now: append(*args, now=now))


@bug
def cancels_without_release(patch: Patch) -> None:
    """A cancelled picture keeps its hold."""
    patch.setattr(cancel, "post", SimpleNamespace(release=nothing))


@bug
def cancels_what_was_sent(patch: Patch) -> None:
    """A call that is under way can be cancelled for nothing."""
    patch.setattr(cancel, "Status", SimpleNamespace(QUEUED=Status.ANSWERING, CANCELLED=Status.CANCELLED))


@bug
def releases_before_a_retry(patch: Patch) -> None:
    """A call that was turned away gives its hold back, though it is tried again."""
    heed = settle.heed

    def wrong(key: Any, row: Attempt, evidence: Any, *, now: datetime) -> None:
        heed(key, row, evidence, now=now)
        if evidence.http_status == 429:
            post.release(row.generation, now=now)

    patch.setattr(settle, "heed", wrong)


@bug
def a_lower_budget_cuts(patch: Patch) -> None:
    """A budget that is set anew ends the holds of what waits in its project."""
    set_budget = decisions.set_project_budget

    def wrong(project: Any, budget_micros: int | None, *, now: datetime) -> None:
        set_budget(project, budget_micros, now=now)
        for generation in Generation.objects.filter(project=project, status=Status.QUEUED):
            post.release(generation, now=now)

    patch.setattr(decisions, "set_project_budget", wrong)


# ── Charges ────────────────────────────────────────────────────────────────────────────────────────


@bug
def unknown_is_free(patch: Patch) -> None:
    """A call that nobody knows the end of counts as free."""
    charged_as(patch, Outcome.OUTCOME_UNKNOWN, Charge.NONE)


@bug
def a_refusal_is_charged(patch: Patch) -> None:
    """A question that the gateway did not take is charged."""
    charged_as(patch, Outcome.FAILED_INPUT, Charge.PRESUMED)


@bug
def the_lost_are_free(patch: Patch) -> None:
    """What a dead worker may have sent is released, and called failed."""

    def wrong(mine: Any, attempt: Attempt, now: datetime) -> None:
        post.release(attempt.generation, now=now)
        Attempt.objects.filter(pk=attempt.pk).update(charge=Charge.NONE, answered_at=now, finished_at=now)
        mine.rows.update(status=Status.FAILED, charge=Charge.NONE, finished_at=now)

    patch.setattr(recover, "_presume", wrong)


@bug
def charges_the_late_again(patch: Patch) -> None:
    """An answer that comes late is charged once more."""
    correct_evidence = recover.correct_evidence

    def wrong(attempt: Attempt, evidence: Any, *, now: datetime) -> None:
        correct_evidence(attempt, evidence, now=now)
        first = LedgerEntry.objects.get(attempt=attempt, kind=Kind.CHARGE)
        line = post._Line(
            kind=Kind.CHARGE,
            certainty=Certainty.CONFIRMED,
            amount_micros=first.amount_micros,
            project=first.project,
            generation=attempt.generation,
        )
        post._append(attempt.generation.person, first.month, [line], now=now)

    patch.setattr(recover, "correct_evidence", wrong)


@bug
def charges_todays_price(patch: Patch) -> None:
    """A call is charged at the price of the day it is made, and not at the copy."""
    new_attempt = mark._new_attempt

    def wrong(mine: Any, call: Any, now: datetime) -> Attempt:
        attempt = new_attempt(mine, call, now)
        run = call.generation.run
        attempt.price_micros = Quote.of(run.model, run.size, 1, FAR).per_call_micros
        attempt.save()
        return attempt

    patch.setattr(mark, "_new_attempt", wrong)


@bug
def one_click_two_runs(patch: Patch) -> None:
    """A form that was sent before is not known again."""
    patch.setattr(submit, "_known", nothing)


# ── Tokens ─────────────────────────────────────────────────────────────────────────────────────────


@bug
def never_counts(patch: Patch) -> None:
    """What tokens came to is never corrected: the worst price stays."""
    patch.setattr(settle, "true_up", nothing)


@bug
def counts_at_todays_price(patch: Patch) -> None:
    """Tokens are counted at the price of the day they are read, and not at the one agreed to."""

    def wrong(attempt: Attempt, reading: Any, *, now: datetime) -> None:
        run = attempt.generation.run
        run.terms = terms_of_call(run.model, run.size, FAR).to_json()
        counted.true_up(attempt, reading, now=now)

    patch.setattr(settle, "true_up", wrong)


@bug
def counts_no_thoughts(patch: Patch) -> None:
    """What the model thought is not counted."""
    patch.setattr(Usage, "output_tokens", property(lambda usage: usage.candidates_tokens))


@bug
def rounds_down(patch: Patch) -> None:
    """A fraction of a micro-dollar is left out."""

    def wrong(terms: Terms, *, prompt_tokens: int = 0, output_tokens: int = 0, searches: int = 0) -> int:
        tokens = prompt_tokens * terms.input_micros + output_tokens * terms.output_micros
        return (terms.call_micros * 1_000_000 + tokens) * terms.multiplier_thousandths // 1_000_000_000

    patch.setattr(Terms, "price", wrong)


@bug
def counts_no_more_than_was_held(patch: Patch) -> None:
    """What costs more than was held is booked at what was held."""
    true_up = post.true_up
    patch.setattr(post, "true_up", lambda row, real, **named: true_up(row, min(real, row.price_micros), **named))


@bug
def counts_what_is_back(patch: Patch) -> None:
    """A charge that was given back is corrected to what its tokens came to."""
    true_up = post.true_up

    def wrong(*args: Any, **named: Any) -> Any:
        with patch.context() as here:
            here.setattr(post, "_given_back", lambda charges: set())
            return true_up(*args, **named)

    patch.setattr(post, "true_up", wrong)


@bug
def forgets_what_was_counted(patch: Patch) -> None:
    """What tokens came to is booked and not written down, so more is given back than was paid."""
    true_up = post.true_up

    def wrong(attempt: Attempt, real_micros: int, **named: Any) -> Any:
        entry = true_up(attempt, real_micros, **named)
        Attempt.objects.filter(pk=attempt.pk).update(real_micros=None)
        return entry

    patch.setattr(post, "true_up", wrong)


# ── Afterwards ─────────────────────────────────────────────────────────────────────────────────────


@bug
def corrects_the_wrong_way(patch: Patch) -> None:
    """A correction has the wrong sign."""
    correct = post.correct
    patch.setattr(post, "correct", lambda entry, micros, **named: correct(entry, -micros, **named))


@bug
def gives_back_twice(patch: Patch) -> None:
    """A question that was decided can be decided again."""
    patch.setattr(decisions, "_decide_question", nothing)


@bug
def both_give_back(patch: Patch) -> None:
    """What an admin gave back is given back by the provider too."""

    def wrong(charges: Any) -> set[Any]:
        reimbursed = LedgerEntry.objects.filter(closes__in=charges, kind=Kind.REIMBURSEMENT)
        return set(reimbursed.values_list("closes", flat=True))

    patch.setattr(post, "_given_back", wrong)


# ── Months ─────────────────────────────────────────────────────────────────────────────────────────


@bug
def refunds_in_the_wrong_month(patch: Patch) -> None:
    """What is given back counts in the month it is given back in."""
    in_the_month_of_the_entry(patch, Kind.REIMBURSEMENT, Kind.CORRECTION)


@bug
def a_month_takes_holds_along(patch: Patch) -> None:
    """What is under way when a month turns is charged to the next."""
    in_the_month_of_the_entry(patch, Kind.RELEASE, Kind.CHARGE)


@bug
def months_of_greenwich(patch: Patch) -> None:
    """A month of a person turns where it does in Greenwich."""
    patch.setattr(post, "month_of", lambda moment: moment.astimezone(UTC).date().replace(day=1))


@bug
def months_of_the_studio(patch: Patch) -> None:
    """A month of a project turns where the studio is."""
    patch.setattr(submit, "project_month_of", lambda _project, moment: month_of(moment))


@bug
def projects_are_not_counted(patch: Patch) -> None:
    """What a project uses is not counted."""
    patch.setattr(post, "_count_for_projects", nothing)


# ── The chain ──────────────────────────────────────────────────────────────────────────────────────


@bug
def leaves_a_gap(patch: Patch) -> None:
    """A number is left out before every charge."""
    write = post._chain

    def wrong(account: Account, month: Any, lines: Sequence[Any], *, now: datetime) -> Any:
        if lines[0].kind == Kind.CHARGE:
            account.sequence += 1
        return write(account, month, lines, now=now)

    patch.setattr(post, "_chain", wrong)


@bug
def hashes_without_the_amount(patch: Patch) -> None:
    """The hash of an entry does not cover its amount."""

    def encode(facts: dict[str, object], **_named: object) -> bytes:
        covered = {name: value for name, value in facts.items() if name != "amount_micros"}
        return json.dumps(covered, sort_keys=True).encode()

    patch.setattr(chain, "msgspec", SimpleNamespace(json=SimpleNamespace(encode=encode)))


# ── The sums ───────────────────────────────────────────────────────────────────────────────────────


def untrigger(name: str, table: str) -> None:
    """The test's transaction puts it back."""
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on}")


@bug
def forgets_what_is_booked(_patch: Patch) -> None:
    """An entry leaves no note."""
    untrigger("studio_ledgerentry_spent", "studio_ledgerentry")


@bug
def forgets_what_turned_out(_patch: Patch) -> None:
    """A charged call that turns out otherwise leaves no note."""
    untrigger("studio_attempt_spent", "studio_attempt")


@bug
def folds_the_last_alone(patch: Patch) -> None:
    """Of notes that are folded only the last counts."""
    summed = folding._summed
    patch.setattr(folding, "_summed", lambda rows: summed({folding._key_of(row): row for row in rows}.values()))


@bug
def days_of_greenwich(patch: Patch) -> None:
    """A day of the spend review turns where it does in Greenwich."""
    patch.setattr(spent, "_day_of", lambda moment: TruncDate(moment, tzinfo=UTC))
