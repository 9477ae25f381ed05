"""What somebody looks for in the history. Everything that is chosen has to hold at once, of one and the same frame."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from ..models import Generation, Run, User
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

    def runs(self, runs: RunQuerySet) -> RunQuerySet:
        """Of these, those that any frame can be found in, newest first."""
        runs = runs.filter(self._of_runs())
        newest_first = ("-created_at", "-number")
        runs = runs.order_by(*newest_first) if self.words is None else runs.saying(self.words)
        return runs.filter(Exists(self.generations(Generation.objects.filter(run=OuterRef("pk")))))

    def generations(self, generations: GenerationQuerySet) -> GenerationQuerySet:
        """Of the generations of such runs, those that are meant. What is under way is on its project's feed."""
        generations = generations.filter(status__in=sorted(self.statuses or FINAL))
        if self.outcomes:
            generations = generations.filter(outcome__in=self.outcomes)
        if self.frame:
            generations = generations.filter(variation=self.frame[1])
        return generations

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
    return Run.objects.all() if user.is_studio_admin else Run.objects.visible_to(user)
