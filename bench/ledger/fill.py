"""A ledger of any length, true to the last hash, written in bulk: `post` would take an hour over it.

Twenty people, eight pictures a run; every picture has its hold, its release and its charge. So N entries are about
N / 3 generations, each with one attempt.
"""

import itertools
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import models, transaction

from studio.ledger.chain import entry_hash
from studio.models import (
    Account,
    Attempt,
    Certainty,
    Generation,
    Kind,
    LedgerEntry,
    MonthBalance,
    Project,
    ProjectMonth,
    Run,
    Status,
    User,
)
from studio.provider.outcome import Charge, Outcome

PEOPLE: Final = 20
VARIATIONS: Final = 8
PRICE_MICROS: Final = 90_000
ALLOWANCE_MICROS: Final = 10_000_000_000
BEGAN: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
BETWEEN_RUNS: Final = timedelta(hours=2)
_BATCH: Final = 4000


def fill(entries: int) -> int:
    """Fill an empty database; how many entries it has: a few more than asked for, so that the last run is whole."""
    writer = _Writer(Project.objects.create(name="Bench"))
    people = [writer.person(number) for number in range(PEOPLE)]
    for number in itertools.count():
        if writer.entries >= entries:
            break
        writer.run(people[number % PEOPLE], number + 1, BEGAN + number * BETWEEN_RUNS)
    writer.finish()
    return writer.entries


@dataclass
class _Chain:
    """One person's account, and where its chain ends."""

    account: Account
    head: str = ""
    sequence: int = 0
    left_micros: dict[date, int] = field(default_factory=dict)


class _Writer:
    """Gives the keys itself, so that rows can name each other before they are written."""

    def __init__(self, project: Project) -> None:
        self.entries = 0
        self._project = project
        self._generations = itertools.count(1)
        self._chains: list[_Chain] = []
        self._used_micros: dict[date, int] = defaultdict(int)
        self._waiting: dict[type[models.Model], list[Any]] = {Run: [], Generation: [], Attempt: [], LedgerEntry: []}

    def person(self, number: int) -> _Chain:
        person = User.objects.create_user(f"person-{number}")
        account = Account.objects.create(person=person, monthly_allowance_micros=ALLOWANCE_MICROS)
        self._chains.append(_Chain(account))
        return self._chains[-1]

    def run(self, chain: _Chain, number: int, now: datetime) -> None:
        """One run, delivered and charged, with all that stands in the ledger for it."""
        month = now.date().replace(day=1)
        if month not in chain.left_micros:
            chain.left_micros[month] = 0
            self._append(chain, month, now, kind=Kind.ALLOWANCE, amount_micros=ALLOWANCE_MICROS)
        run = self._add_run(chain.account.person, number, now)
        generations = [self._add_generation(run, variation, month, now) for variation in range(VARIATIONS)]
        holds = [
            self._append(chain, month, now, kind=Kind.HOLD, amount_micros=-PRICE_MICROS, generation=each)
            for each in generations
        ]
        for generation, held in zip(generations, holds, strict=True):
            spent = {"generation": generation, "attempt": self._add_attempt(generation, now)}
            self._append(
                chain, month, now, kind=Kind.RELEASE, amount_micros=PRICE_MICROS, generation=generation, closes=held
            )
            self._append(
                chain,
                month,
                now,
                kind=Kind.CHARGE,
                amount_micros=-PRICE_MICROS,
                certainty=Certainty.CONFIRMED,
                **spent,
            )
        self._used_micros[month] += VARIATIONS * PRICE_MICROS
        if len(self._waiting[LedgerEntry]) >= _BATCH:
            self._write()

    def finish(self) -> None:
        """What stands beside the entries: the ends of the chains, and the sums of the months."""
        self._write()
        for chain in self._chains:
            Account.objects.filter(pk=chain.account.pk).update(sequence=chain.sequence, head_hash=chain.head)
            MonthBalance.objects.bulk_create(
                MonthBalance(account=chain.account, month=month, allowance_micros=ALLOWANCE_MICROS, balance_micros=left)
                for month, left in chain.left_micros.items()
            )
        ProjectMonth.objects.bulk_create(
            ProjectMonth(project=self._project, month=month, used_micros=used)
            for month, used in self._used_micros.items()
        )

    def _append(self, chain: _Chain, month: date, now: datetime, *, amount_micros: int, **facts: Any) -> LedgerEntry:
        chain.left_micros[month] += amount_micros
        chain.sequence += 1
        self.entries += 1
        entry = LedgerEntry(
            pk=self.entries,
            account=chain.account,
            sequence=chain.sequence,
            month=month,
            amount_micros=amount_micros,
            balance_micros=chain.left_micros[month],
            project=self._project if "generation" in facts else None,
            effective_at=now,
            recorded_at=now,
            previous_hash=chain.head,
            **facts,
        )
        entry.entry_hash = chain.head = entry_hash(entry)
        self._waiting[LedgerEntry].append(entry)
        return entry

    def _add_run(self, person: User, number: int, now: datetime) -> Run:
        run = Run(
            pk=number,
            number=number,
            project=self._project,
            person=person,
            prompt="A red boat",
            model_key="pro",
            size="2K",
            ratio="1:1",
            variations=VARIATIONS,
            price_micros=PRICE_MICROS,
            form_token=uuid.uuid4(),
            form_hash="0" * 64,
            created_at=now,
        )
        self._waiting[Run].append(run)
        return run

    def _add_generation(self, run: Run, variation: int, month: date, now: datetime) -> Generation:
        generation = Generation(
            pk=next(self._generations),
            run=run,
            project=self._project,
            project_month=month,
            person=run.person,
            variation=variation,
            price_micros=PRICE_MICROS,
            status=Status.SUCCEEDED,
            outcome=Outcome.DELIVERED,
            charge=Charge.CHARGED,
            created_at=now,
            finished_at=now,
        )
        self._waiting[Generation].append(generation)
        return generation

    def _add_attempt(self, generation: Generation, now: datetime) -> Attempt:
        attempt = Attempt(
            generation=generation,
            number=1,
            price_micros=PRICE_MICROS,
            charge=Charge.CHARGED,
            outcome=Outcome.DELIVERED,
            evidence={"stage": "answered", "http_status": 200, "headers": {"content-type": "application/json"}},
            started_at=now,
            answered_at=now,
            finished_at=now,
        )
        self._waiting[Attempt].append(attempt)
        return attempt

    def _write(self) -> None:
        with transaction.atomic():
            for model, rows in self._waiting.items():
                model._base_manager.bulk_create(rows, batch_size=500)
                rows.clear()
