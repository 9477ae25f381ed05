"""The feed: strips of runs, newest first, read by keyset so that a long history costs nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from itertools import accumulate
from typing import Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from ..history import TypicalTimes
from ..ledger.balance import month_of
from ..models import Generation, Project, Run, Status, User
from ..provider.outcome import Charge
from .frames import Frame, frames_of, sums_in_words
from .line import Line
from .watch import NEVER, Watch, watch_of

STRIPS_PER_PAGE: Final = 10
FRAMES_PER_PAGE: Final = 40
"""A page has fewer strips where they are full: each frame costs the server, and the browser that lays it out."""
_WIDE: Final = 1.7
_VERY_WIDE: Final = 2.0


@dataclass
class Strip:
    """One run and its frames."""

    run: Run
    frames: list[Frame]

    @property
    def element_id(self) -> str:
        return f"run-{self.run.number}"

    @property
    def first(self) -> Frame:
        return self.frames[0]

    @property
    def ratio(self) -> str:
        return self.first.ratio

    @property
    def follows_source(self) -> bool:
        return not self.run.ratio

    @property
    def input_count(self) -> int:
        return len(self.first.inputs)

    @property
    def sum_in_words(self) -> str:
        """Of the whole run: what is in the trash was paid for all the same."""
        return sum_of_run(self.run.generations.all())

    @property
    def is_wide(self) -> bool:
        """Whether its frames need half the row each to be seen at all."""
        ratio = self.first.width_over_height
        return ratio > _VERY_WIDE or (ratio > _WIDE and len(self.frames) <= 2)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a project made this month, and what that cost."""

    pictures: int
    charged_micros: int

    @property
    def pictures_written(self) -> str:
        """`1,525`."""
        return f"{self.pictures:,}"


class Feed:
    """One page of a project's strips. Nothing is asked of the database before it is shown."""

    def __init__(
        self,
        project: Project,
        *,
        now: datetime,
        times: TypicalTimes,
        person: User | None = None,
        viewer: User | None = None,
        before: int | None = None,
    ) -> None:
        self.project = project
        self.now = now
        self.before = before
        self._times = times
        self._person = person
        self._viewer = viewer

    @cached_property
    def strips(self) -> list[Strip]:
        return strips_of(self._shown, now=self.now, times=self._times, viewer=self._viewer)

    @property
    def next_before(self) -> int | None:
        """The cursor for older strips, if there are any."""
        return self._shown[-1].number if len(self._page) > len(self._shown) else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever made here; not even what lies in the trash by now."""
        if self._page or self.before is not None or self._person is not None:
            return False
        return not self.project.runs.exists()

    @property
    def is_mine(self) -> bool:
        return self._person is not None

    @property
    def frames(self) -> list[Frame]:
        return [frame for strip in self.strips for frame in strip.frames]

    @property
    def first_generation(self) -> Generation | None:
        """The first of the page: where the reader goes on after loading it."""
        return self.strips[0].first.generation if self.strips else None

    @cached_property
    def watch(self) -> Watch:
        """A page of one person's own runs says nothing of other people's new ones."""
        newest = self._page[0].number if self._page else 0
        return watch_of(self.frames, newest=NEVER if self.is_mine else newest)

    @cached_property
    def totals(self) -> Totals:
        return totals_of(self.project, self.now)

    @cached_property
    def _shown(self) -> list[Run]:
        frames = accumulate(len(run.generations.all()) for run in self._page)
        fitting = [run for run, count in zip(self._page, frames, strict=True) if count <= FRAMES_PER_PAGE]
        return fitting[:STRIPS_PER_PAGE]

    @cached_property
    def _page(self) -> list[Run]:
        """One more than is shown, to know whether there are older ones."""
        living = Generation.objects.living().filter(run=OuterRef("pk"))
        runs = runs_with_generations().filter(Exists(living), project=self.project)
        if self._person is not None:
            runs = runs.filter(person=self._person)
        if self.before is not None:
            runs = runs.filter(number__lt=self.before)
        return list(runs.order_by("-number")[: STRIPS_PER_PAGE + 1])


def runs_with_generations() -> QuerySet[Run]:
    in_order = Generation.objects.order_by("variation")
    return Run.objects.select_related("person", "continues__run").prefetch_related(Prefetch("generations", in_order))


def strips_of(runs: Sequence[Run], *, now: datetime, times: TypicalTimes, viewer: User | None = None) -> list[Strip]:
    """Strips with all their frames show, in a fixed number of queries. The runs come with their generations.

    A run whose frames are all in the trash has no strip.
    """
    generations = [each for run in runs for each in run.generations.all() if not each.is_trashed]
    if not generations:
        return []
    frames = frames_of(generations, now=now, times=times, line=Line.of(generations, now), person=viewer)
    by_run: dict[int, list[Frame]] = {}
    for frame in frames:
        by_run.setdefault(frame.generation.run_id, []).append(frame)
    return [Strip(run, by_run[run.pk]) for run in runs if run.pk in by_run]


def sum_of_run(generations: Collection[Generation]) -> str:
    """`$0.36 charged, 1 in the trash`."""
    trashed = sum(generation.is_trashed for generation in generations)
    words = sums_in_words(generations)
    return _("%(sums)s, %(count)d in the trash") % {"sums": words, "count": trashed} if trashed else words


def totals_of(project: Project, now: datetime) -> Totals:
    """Over the generations of this month, by the gallery's index; the ledger has the exact statement.

    Pictures in the trash are not counted, their money is.
    """
    paid = Q(charge__in=[Charge.CHARGED, Charge.PRESUMED])
    begin = timezone.make_aware(datetime.combine(month_of(now), time()))
    cost = Coalesce("real_micros", "price_micros")
    sums = Generation.objects.filter(project=project, created_at__gte=begin).aggregate(
        pictures=Count("pk", filter=Q(status=Status.SUCCEEDED, trashed_at__isnull=True)),
        charged=Sum(cost, filter=paid, default=0),
    )
    return Totals(sums["pictures"], sums["charged"])
