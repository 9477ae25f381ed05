"""The books as somebody with a pencil would keep them: frames, what each costs, and who is to pay for it.

It knows nothing of entries, balances or rows. What is left of a month is always added up anew from the frames, so it
cannot make the mistakes that keeping a running sum can make.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

WORST_TOKENS = (47_840, 1_750)
"""In and out, of one picture of NB 2 at 1K: twice 20,000 characters and 14 × 560; 1,120 and 630 nobody accounts for."""
FINAL = ("succeeded", "refused", "failed", "unknown", "cancelled")


def month_in(zone: ZoneInfo, moment: datetime) -> date:
    """The first day of the month that a calendar on the wall there shows."""
    there = moment.astimezone(zone)
    return date(there.year, there.month, 1)


@dataclass(frozen=True, slots=True)
class Tariff:
    """Micro-dollars a call, or a million tokens in and out; times the group's multiplier."""

    call: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    thousandths: int = 1000

    @property
    def worst_micros(self) -> int:
        return self.micros(WORST_TOKENS)

    def micros(self, tokens: tuple[int, int]) -> int:
        """What a call comes to that counts these; by the call it is always the same."""
        exactly = self.call + Fraction(tokens[0] * self.tokens_in + tokens[1] * self.tokens_out, 1_000_000)
        return math.ceil(exactly * self.thousandths / 1000)


@dataclass(slots=True, kw_only=True)
class Frame:
    """One picture asked for. `charges` is what each call was charged; `given_micros` came back, or went on top.

    `costs` is what each call came to, once its tokens were counted.
    """

    person: str
    project: str
    month: date
    project_month: date
    tariff: Tariff
    status: str = "queued"
    is_held: bool = True
    is_awaited: bool = True
    charges: dict[UUID, int] = field(default_factory=dict)
    costs: dict[UUID, int] = field(default_factory=dict)
    given_micros: int = 0
    failures: list[str] = field(default_factory=list)  # of the calls that cost nothing, what kind each was

    @property
    def cost_micros(self) -> int:
        return self.price_micros * self.is_held + sum(self.costs.values()) - self.given_micros

    @property
    def price_micros(self) -> int:
        """What is held for it, and charged until somebody knows better."""
        return self.tariff.worst_micros

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    def end(self, status: str) -> None:
        """Over, and nothing more is set aside for it."""
        self.status, self.is_held = status, False

    def pay(self, call: UUID, status: str) -> None:
        """A call is charged, at what was agreed to when the picture was asked for."""
        self.charges[call] = self.costs[call] = self.price_micros
        self.end(status)

    def count(self, call: UUID, tokens: tuple[int, int] | None) -> None:
        """What the answer says that the call came to."""
        if tokens:
            self.costs[call] = self.tariff.micros(tokens)

    def fail(self, kind: str, tries: int) -> None:
        """A call that cost nothing: another try, while its kind of failure has any left and somebody waits for it."""
        self.failures.append(kind)
        if self.is_awaited and self.failures.count(kind) <= tries and len(self.failures) < 6:
            self.status = "queued"
        else:
            self.end("failed")


@dataclass(slots=True)
class Book:
    """`allowances` and `budgets` are what holds for months to come; those that have begun have their own."""

    studio_zone: ZoneInfo
    zones: dict[str, ZoneInfo]  # of the projects
    prices: dict[str, Tariff]  # of the models
    allowances: dict[str, int] = field(default_factory=dict)
    budgets: dict[str, int | None] = field(default_factory=dict)
    months: dict[tuple[str, date], int] = field(default_factory=dict)
    project_months: dict[tuple[str, date], int | None] = field(default_factory=dict)
    frames: dict[int, Frame] = field(default_factory=dict)

    def month(self, now: datetime) -> date:
        return month_in(self.studio_zone, now)

    def project_month(self, project: str, now: datetime) -> date:
        return month_in(self.zones[project], now)

    def allow(self, person: str, micros: int, now: datetime) -> None:
        self.allowances[person] = self.months[person, self.month(now)] = micros

    def limit(self, project: str, micros: int | None, now: datetime) -> None:
        self.budgets[project] = self.project_months[project, self.project_month(project, now)] = micros

    def left(self, person: str, month: date) -> int:
        allowance = self.months.get((person, month), self.allowances[person])
        return allowance - sum(frame.cost_micros for frame in self.of_person(person, month))

    def held(self, person: str, month: date) -> int:
        return sum(frame.price_micros for frame in self.of_person(person, month) if frame.is_held)

    def charged(self, person: str, month: date) -> int:
        return sum(sum(frame.costs.values()) for frame in self.of_person(person, month))

    def used(self, project: str, month: date) -> int:
        of_project = (f for f in self.frames.values() if (f.project, f.project_month) == (project, month))
        return sum(frame.cost_micros for frame in of_project)

    def budget(self, project: str, month: date) -> int | None:
        return self.project_months.get((project, month), self.budgets[project])

    def refusal(self, person: str, project: str, cost: int, now: datetime) -> tuple[str, int] | None:
        """Whose money is short, the person's or the project's, and what is left of it. None: it fits."""
        left = self.left(person, self.month(now))
        if cost > left:
            return "person", left
        month = self.project_month(project, now)
        budget = self.budget(project, month)
        if budget is not None and cost > budget - self.used(project, month):
            return "project", budget - self.used(project, month)
        return None

    def begin(self, person: str, project: str, now: datetime) -> tuple[date, date]:
        """The months of what is asked for now. With the first of a month, what may be spent in it is settled."""
        month, project_month = self.month(now), self.project_month(project, now)
        self.months.setdefault((person, month), self.allowances[person])
        self.project_months.setdefault((project, project_month), self.budgets[project])
        return month, project_month

    def of_person(self, person: str, month: date) -> Iterator[Frame]:
        return (frame for frame in self.frames.values() if (frame.person, frame.month) == (person, month))
