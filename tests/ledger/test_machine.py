"""Whatever happens to the money, in whatever order: the ledger, its balances and a plain model of both agree."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from studio.ledger import audit, post
from studio.ledger.balance import month_of, month_summary
from studio.models import Attempt, Generation, Kind, LedgerEntry, Project, Status, User
from studio.provider.outcome import Charge
from tests import people
from tests.runs import PRICE_MICROS, make_attempt, make_run

CHARGES = st.sampled_from([Charge.CHARGED, Charge.PRESUMED])
NOTES = st.text(alphabet="abc ü", min_size=1, max_size=8).filter(str.strip)


class Ledger(RuleBasedStateMachine):
    """One person's ledger over some months, beside a model that is nothing but sums."""

    held = Bundle("held")
    closed = Bundle("closed")
    charged = Bundle("charged")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = datetime(2026, 11, 2, tzinfo=UTC)
        self.bob, self.dana = people.person("bob"), User.objects.create_user("dana")
        self.project = Project.objects.create(name="Autumn catalogue")
        self.left: dict[date, int] = {}  # of the months that have begun: those with an entry
        self.open_micros: dict[date, int] = defaultdict(int)
        self.given_back: set[int] = set()
        self.allowance = people.MONEY_MICROS
        self.allow(amount=20 * PRICE_MICROS)

    def teardown(self) -> None:
        findings = list(audit.findings())
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        assert findings == []

    @property
    def month(self) -> date:
        return month_of(self.now)

    @property
    def left_now(self) -> int:
        """What is left of this month; of one that has not begun, all of it."""
        return self.left.get(self.month, self.allowance)

    @rule(amount=st.integers(0, 30 * PRICE_MICROS))
    def allow(self, amount: int) -> None:
        with transaction.atomic():
            post.set_allowance(self.bob, amount, recorded_by=self.dana, now=self.now)
        self.left[self.month] = self.left_now + amount - self.allowance
        self.allowance = amount

    @rule(target=held, variations=st.integers(1, 4))
    def hold(self, variations: int) -> object:
        run = make_run(self.bob, self.project, variations=variations, held=False)
        generations = list(run.generations.select_related("person", "project"))
        cost, left = variations * PRICE_MICROS, self.left_now
        if cost > left:
            with pytest.raises(post.OverBudget) as refusal, transaction.atomic():
                post.hold(generations, now=self.now)
            assert (refusal.value.cost_micros, refusal.value.left_micros) == (cost, left)
            run.delete()
            return multiple()
        with transaction.atomic():
            post.hold(generations, now=self.now)
        self.left[self.month] = left - cost
        self.open_micros[self.month] += cost
        return multiple(*((generation, self.month) for generation in generations))

    @rule(target=closed, generation=consumes(held))
    def release(self, generation: tuple[Generation, date]) -> tuple[Generation, date]:
        row, month = generation
        with transaction.atomic():
            assert post.release(row, now=self.now) is not None
            finish(row, Status.FAILED)
        self.left[month] += PRICE_MICROS
        self.open_micros[month] -= PRICE_MICROS
        return generation

    @rule(target=charged, generation=consumes(held), charge=CHARGES)
    def charge(self, generation: tuple[Generation, date], charge: Charge) -> tuple[Attempt, date]:
        row, month = generation
        attempt = make_attempt(row, now=self.now)
        with transaction.atomic():
            post.release(row, now=self.now)
            assert post.charge(attempt, charge, now=self.now) is not None
            Attempt.objects.filter(pk=attempt.pk).update(charge=charge, answered_at=self.now)
            finish(row, Status.SUCCEEDED)
        self.open_micros[month] -= PRICE_MICROS  # the charge takes what the release gave: nothing else is left
        return attempt, month

    @rule(generation=closed)
    def release_again(self, generation: tuple[Generation, date]) -> None:
        with transaction.atomic():
            assert post.release(generation[0], now=self.now) is None

    @rule(attempt=charged, charge=CHARGES)
    def charge_again(self, attempt: tuple[Attempt, date], charge: Charge) -> None:
        with transaction.atomic():
            assert post.charge(attempt[0], charge, now=self.now) is None
            assert post.release(attempt[0].generation, now=self.now) is None

    @rule(attempt=charged)
    def give_back(self, attempt: tuple[Attempt, date]) -> None:
        row, month = attempt
        entry = row.entries.get(kind=Kind.CHARGE)
        with transaction.atomic():
            given = post.reimburse(entry, note="not on the bill", recorded_by=self.dana, now=self.now)
            Attempt.objects.filter(pk=row.pk).update(charge=Charge.REIMBURSED)
        assert (given is None) == (entry.pk in self.given_back)
        if given is not None:
            self.left[month] += PRICE_MICROS
            self.given_back.add(entry.pk)

    @rule(attempt=charged, amount=st.integers(-PRICE_MICROS, PRICE_MICROS).filter(bool), note=NOTES)
    def correct(self, attempt: tuple[Attempt, date], amount: int, note: str) -> None:
        row, month = attempt
        with transaction.atomic():
            post.correct(row.entries.get(kind=Kind.CHARGE), amount, note=note, recorded_by=self.dana, now=self.now)
        self.left[month] += amount

    @rule(days=st.sampled_from([1, 31]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def every_month_has_what_the_model_says(self) -> None:
        for month, left in self.left.items():
            summary = month_summary(self.bob, month)
            assert (summary.left_micros, summary.held_micros) == (left, self.open_micros[month])

    @invariant()
    def the_parts_of_a_month_add_up(self) -> None:
        """What is left = allowance + corrections + reimbursements - charges - open holds."""
        for month in self.left:
            part = month_summary(self.bob, month)
            given = part.allowance_micros + part.corrected_micros + part.reimbursed_micros
            assert part.left_micros == given - part.charged_micros - part.presumed_micros - part.held_micros

    @invariant()
    def the_numbers_have_no_gaps(self) -> None:
        numbers = LedgerEntry.objects.filter(account__person=self.bob).order_by("sequence")
        assert [entry.sequence for entry in numbers] == list(range(1, len(numbers) + 1))


def finish(generation: Generation, status: Status) -> None:
    Generation.objects.filter(pk=generation.pk).update(status=status)


@pytest.mark.django_db
@pytest.mark.thorough
def test_the_ledger_agrees_with_plain_sums() -> None:
    # Twenty steps can be read as they are, and to make them fewer takes longer than a test may.
    phases = (Phase.reuse, Phase.generate)
    run_state_machine_as_test(Ledger, settings=settings(max_examples=10, stateful_step_count=20, phases=phases))
