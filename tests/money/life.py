"""A studio in the last minutes of November, and the pencilled book beside it: what all rules of the machine share."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from studio.jobs.claim import Claim
from studio.ledger import decisions
from studio.models import GatewayKey, Generation, Membership, Price, Project, Role, User
from tests.money.answers import Answer
from tests.money.book import Book, Frame, Tariff

STUDIO_ZONE = "Asia/Shanghai"
ZONES = {"catalogue": "", "fair": "America/New_York"}
"""Of the projects; empty: the studio's. November ends three times here: at 16:00, at 24:00 UTC and five hours later."""
PRICES = {
    "lite": Tariff(25_000),
    "pro": Tariff(90_000),
    "nb2": Tariff(tokens_in=180_000, tokens_out=21_600_000),
}
SIZES = {"lite": "1K", "pro": "2K", "nb2": "1K"}
PEOPLE = ("alice", "bob")
STEP = timedelta(minutes=1)
"""What every step takes: longer than a gateway asks to be left alone, shorter than a worker is given."""


@dataclass(slots=True)
class Call:
    """A call under way, waited for `until`. `answer` has come; `is_booked` says whether that was written down."""

    attempt_id: UUID
    mine: Claim
    until: datetime
    answer: Answer | None = None
    is_booked: bool = False


class Life(RuleBasedStateMachine):
    """The rows are made anew for every life, and gone when it is over."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint_create()
        self.now = datetime(2026, 11, 30, 15, 40, tzinfo=UTC)
        studio_zone = ZoneInfo(STUDIO_ZONE)
        zones = {name: ZoneInfo(zone or STUDIO_ZONE) for name, zone in ZONES.items()}
        self.book = Book(studio_zone, zones, dict(PRICES))
        self.people = {name: User.objects.create(username=name, first_name=name.title()) for name in PEOPLE}
        self.dana = User.objects.create(username="dana", is_staff=True)
        self.projects = {name: Project.objects.create(name=name, time_zone=zone) for name, zone in ZONES.items()}
        self.makers: list[tuple[str, str]] = []
        self.closed: set[str] = set()  # accounts
        self.kept: dict[int, datetime] = {}  # frames whose paid answer may be looked at again, and until when
        self.decided: set[UUID] = set()  # calls that somebody has asked about, and was answered
        self.returned: set[UUID] = set()  # calls whose charge was given back
        self.free: set[int] = set()  # frames that turned out not to be charged
        self.claims: list[Claim] = []
        self.calls: dict[int, Call] = {}  # by their frames
        self.lost: dict[int, Call] = {}  # whose worker was not heard of any more
        self.late: dict[int, Answer] = {}  # what came after all
        self.seen: dict[int, tuple[object, ...]] = {}  # the ledger as it was after the step before
        GatewayKey.objects.named("main")
        GatewayKey.objects.update(calls_max=30)
        for person in PEOPLE:
            self.allow(person, 300_000)
            for project in ZONES:
                self.join(person, project)
        self.price("nb2", PRICES["nb2"])
        self.limit("catalogue", None)
        self.limit("fair", 250_000)

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)
        shutil.rmtree(settings.NB_SPOOL_DIR, ignore_errors=True)

    def tick(self) -> datetime:
        self.now += STEP
        return self.now

    def allow(self, person: str, micros: int) -> None:
        decisions.set_budget(self.people[person], micros, by=self.dana, now=self.now)
        self.book.allow(person, micros, self.now)

    def limit(self, project: str, micros: int | None) -> None:
        decisions.set_budget(self.project(project), micros, by=self.dana, now=self.now)
        self.book.limit(project, micros, self.now)

    def price(self, model: str, tariff: Tariff) -> None:
        """From now on. The catalogue has all its prices by the call."""
        Price.objects.create(
            model_key=model,
            billing_mode=Price.BillingMode.PER_TOKEN if tariff.tokens_out else Price.BillingMode.PER_REQUEST,
            amount_micros=tariff.tokens_in or tariff.call,
            output_micros=tariff.tokens_out or None,
            multiplier_thousandths=tariff.thousandths,
            effective_at=self.now,
        )
        self.book.prices[model] = tariff

    def join(self, person: str, project: str) -> None:
        Membership.objects.create(person=self.people[person], project=self.projects[project], role=Role.MAKER)
        self.makers.append((person, project))

    def project(self, name: str) -> Project:
        """As a page reads it, just now."""
        return Project.objects.get(pk=self.projects[name].pk)

    def generation(self, frame: int) -> Generation:
        """As a worker or a page reads it, just now."""
        return Generation.objects.select_related("run", "person", "project").get(pk=frame)

    def frame(self, number: int) -> Frame:
        return self.book.frames[number]

    # ── What rules choose from; lists, so that the same choice is the same thing when a life is lived again ────────

    @property
    def frames(self) -> list[int]:
        return list(self.book.frames)

    @property
    def waiting(self) -> list[int]:
        return [number for number, frame in self.book.frames.items() if frame.status == "queued"]

    @property
    def under_way(self) -> list[int]:
        return list(self.calls)

    @property
    def unanswered(self) -> list[int]:
        return [number for number, call in self.calls.items() if call.answer is None]

    @property
    def given_up(self) -> list[int]:
        return list(self.lost)

    @property
    def usable_again(self) -> list[int]:
        return list(self.kept)

    @property
    def paid(self) -> list[int]:
        """No frame is charged twice: what may be paid is never tried again."""
        return [number for number, frame in self.book.frames.items() if frame.charges]


def one_of(name: str) -> st.SearchStrategy[Any]:
    """One of the things that the life has a list of, by the list's name. A precondition sees that there is one."""

    def choose(life: Life) -> st.SearchStrategy[Any]:
        there: Sequence[Any] = getattr(life, name)
        return st.sampled_from(there)

    return st.runner().flatmap(choose)
