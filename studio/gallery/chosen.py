"""What somebody looks for in the history. Everything that is chosen has to hold at once, of one and the same frame."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from ..models import Generation, Judgement, Star, Status, Tagging, User
from ..models.generation import FINAL, GenerationQuerySet
from ..models.run import RunQuerySet
from ..provider.outcome import DELIVERED_OUTCOMES
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

    @property
    def may_be_rare(self) -> bool:
        """Whether what is meant can be begun with, by an index that is not in the order of the page."""
        return self.words is not None or self._is_marked or self._is_without_picture

    def runs(self, runs: RunQuerySet, *, is_rare: bool | None = None) -> RunQuerySet:
        """Of these, those that any frame can be found in, newest first.

        With `is_rare` said, the question has the form that begins with what is meant, or the one that goes through
        these runs; without, the database chooses.
        """
        runs = runs.filter(self._of_runs())
        if self.words is None:
            runs = runs.order_by("-created_at", "-number")
        else:
            runs = runs.saying(self.words, is_read_through=is_rare is False)
        if (self._is_marked or self._is_without_picture) and is_rare is not False:
            generations = Generation.objects.all()
            if self._is_without_picture:
                generations = generations.without_picture()
            return runs.filter(pk__in=self.generations(generations).values("run"))
        # Not as EXISTS: PostgreSQL might take it for a join, and begin with all generations that are meant.
        shown = self.generations(Generation.objects.filter(run=OuterRef("pk"))).order_by()
        return runs.alias(shown=Subquery(shown.values("pk")[:1])).filter(shown__isnull=False)

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

    def is_few(self, count: int) -> bool:
        """Whether so many frames at most can be meant, in all projects: as far as one index tells."""
        return self.words is None and self._looked_up().values("pk")[: count + 1].count() <= count

    def _looked_up(self) -> QuerySet[Any]:
        if self.starred_by:
            return Star.objects.filter(person=self.starred_by)
        if self.tag_keys:
            return Tagging.objects.filter(tag__key__in=self.tag_keys)
        if self.is_picked:
            return Judgement.objects.filter(is_picked=True)
        if self.rating_min:
            return Judgement.objects.filter(rating__gte=self.rating_min)
        asked = {"status__in": self.statuses, "outcome__in": self.outcomes}
        return Generation.objects.without_picture().filter(**{name: values for name, values in asked.items() if values})

    @property
    def _is_marked(self) -> bool:
        return bool(self.starred_by or self.is_picked or self.rating_min or self.tag_keys)

    @property
    def _is_without_picture(self) -> bool:
        """Whether it is about frames that brought none: they are few, and have an index of their own."""
        is_said = self.statuses or self.outcomes
        return bool(is_said) and Status.SUCCEEDED not in self.statuses and DELIVERED_OUTCOMES.isdisjoint(self.outcomes)

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
