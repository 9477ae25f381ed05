"""What somebody looks for in the history. Everything that is chosen has to hold at once, of one and the same frame."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from ..models import Generation, Project, Run, Tagging, User
from ..models.generation import FINAL, GenerationQuerySet
from ..models.run import RunQuerySet
from ..tokens import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Filters. Several values of one are alternatives; none of them, or an empty one, asks for nothing.

    `words` empty: such a text was typed that nothing can have it. `frame` is a run's number and a place in it.
    """

    words: Words | None = None
    frame: tuple[int, int] | None = None
    person: User | None = None
    model_keys: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    ratios: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None  # before that moment
    starred_by: User | None = None
    is_picked: bool = False
    rating_min: int | None = None
    tag_keys: tuple[str, ...] = ()

    def runs(self, runs: RunQuerySet) -> RunQuerySet:
        """Of these, those that any frame can be found in, newest first."""
        runs = runs.filter(self._of_runs())
        newest_first = ("-created_at", "-number")
        runs = runs.order_by(*newest_first) if self.words is None else runs.saying(self.words)
        if self._is_marked:
            # Few are: they are looked up first. Of a state that most are in, each run is asked until a page is full.
            return runs.filter(pk__in=self.generations(Generation.objects.all()).values("run"))
        return runs.filter(Exists(self.generations(Generation.objects.filter(run=OuterRef("pk")))))

    def generations(self, generations: GenerationQuerySet) -> GenerationQuerySet:
        """Of the generations of such runs, those that are meant. What is under way is on its project's feed.

        What is in the trash is there alone.
        """
        generations = generations.living().filter(status__in=sorted(self.statuses or FINAL))
        if self.outcomes:
            generations = generations.filter(outcome__in=self.outcomes)
        if self.frame:
            generations = generations.filter(variation=self.frame[1])
        if self.starred_by:
            generations = generations.filter(stars__person=self.starred_by)
        if self.is_picked:
            generations = generations.filter(judgement__is_picked=True)
        if self.rating_min:
            generations = generations.filter(judgement__rating__gte=self.rating_min)
        if self.tag_keys:
            tagged = Tagging.objects.filter(tag__key__in=self.tag_keys)
            generations = generations.filter(pk__in=tagged.values("generation"))
        return generations

    @property
    def _is_marked(self) -> bool:
        return bool(self.starred_by or self.is_picked or self.rating_min or self.tag_keys)

    def _of_runs(self) -> Q:
        """What all frames of a run have in common stands with the run, and there is less to look through."""
        asked = {
            "number": self.frame[0] if self.frame else None,
            "person": self.person,
            "model_key__in": self.model_keys,
            "size__in": self.sizes,
            "ratio__in": self.ratios,
            "created_at__gte": self.since,
            "created_at__lt": self.until,
        }
        return Q(**{name: value for name, value in asked.items() if value not in (None, ())})


def everything_of(user: User) -> RunQuerySet:
    """The runs of all projects this person may see."""
    if user.is_studio_admin:
        return Run.objects.all()
    if connection.vendor != "sqlite":
        return Run.objects.visible_to(user)
    # SQLite would read all of these projects, one after the other, and sort. By a sum it has no index for them, and
    # takes the one of everybody's runs, newest first. PostgreSQL knows how many there are and chooses well by itself.
    seen = list(Project.objects.visible_to(user).values_list("pk", flat=True))
    return Run.objects.alias(place=F("project_id") + 0).filter(place__in=seen)
