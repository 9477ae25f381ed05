"""Where a frame comes from, what became of it, and what all of that has cost."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db.models import Prefetch

from ..models import Generation, Input, Output, Run
from ..models.generation import GenerationQuerySet
from .conversations import EarlierTurn, earlier_turns
from .frames import sums_in_words

CHILDREN_MAX: Final = 12
BRANCH_FRAMES_MAX: Final = 400
_GENERATIONS_MAX: Final = 16
"""How far a branch is followed up and down. What is longer is said to be longer."""


@dataclass(frozen=True, slots=True)
class Child:
    """A frame that was made with this one's picture, or went on with its conversation."""

    generation: Generation
    picture: Output | None


@dataclass(frozen=True, slots=True)
class Branch:
    """Some frames, and what they cost together. `is_cut`: there are more, which were not looked at."""

    frames: Sequence[Generation]
    is_cut: bool

    @property
    def cost(self) -> str:
        """`$0.27 charged, $0.09 presumed`."""
        return sums_in_words(self.frames)


class Lineage:
    """Of one frame. Nothing is asked of the database before it is shown; then two questions for each step away."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def __bool__(self) -> bool:
        return bool(self.parents or self.continued or self.children)

    @cached_property
    def parents(self) -> list[Input]:
        """What it was made from, in the order it was sent."""
        kinds = ("upload", "output__generation__run", "output__generation__person", "link")
        return list(self._generation.run.inputs.select_related(*kinds))

    @cached_property
    def earlier_turns(self) -> list[EarlierTurn]:
        """What was said before in its conversation, oldest first."""
        return earlier_turns(self._generation.run)

    @property
    def continued(self) -> EarlierTurn | None:
        """The turn that this frame goes on from."""
        return self.earlier_turns[-1] if self.earlier_turns else None

    @cached_property
    def children(self) -> list[Child]:
        """The newest of the frames that were made from it."""
        made = (
            self._living_children.select_related("run", "person")
            .prefetch_related(Prefetch("outputs", Output.objects.filter(role=Output.Role.PRIMARY)))
            .order_by("-pk")
        )
        return [Child(each, next(iter(each.outputs.all()), None)) for each in made[:CHILDREN_MAX]]

    @property
    def further_children_count(self) -> int:
        return self._living_children.count() - CHILDREN_MAX if len(self.children) == CHILDREN_MAX else 0

    @property
    def _living_children(self) -> GenerationQuerySet:
        """Those to be shown: not in the trash, and not moved to another project. The money counts all."""
        return Generation.objects.living().filter(pk__in=self._made_from_it, project=self._generation.project_id)

    @cached_property
    def before(self) -> Branch:
        """All that it was made from, as far back as it goes."""
        if not self.continued and not any(parent.output_id for parent in self.parents):
            return Branch((), is_cut=False)
        return _branch([self._generation.pk], _sources_of)

    @cached_property
    def after(self) -> Branch:
        """All that was made from it, and from that."""
        return _branch(self._made_from_it, _made_from, is_counted=True)

    @cached_property
    def _made_from_it(self) -> list[int]:
        return sorted(_made_from([self._generation.pk]))


def _branch(begin: Iterable[int], step: Callable[[list[int]], set[int]], *, is_counted: bool = False) -> Branch:
    """Step by step away from where it begins, each frame once."""
    frontier = set(begin)
    seen = set(frontier)
    for _ in range(_GENERATIONS_MAX):
        if not frontier or len(seen) > BRANCH_FRAMES_MAX:
            break
        frontier = step(sorted(frontier)) - seen
        seen |= frontier
    counted = seen if is_counted else seen - set(begin)
    fields = ("charge", "price_micros", "real_micros")
    frames = Generation.objects.filter(pk__in=sorted(counted)[:BRANCH_FRAMES_MAX]).only(*fields) if counted else ()
    return Branch(tuple(frames), is_cut=bool(frontier) or len(counted) > BRANCH_FRAMES_MAX)


def _made_from(frames: list[int]) -> set[int]:
    """Two questions in one, each answered by its own index: together under one OR they would read a whole history."""
    runs = Input.objects.filter(output__generation__in=frames).values("run")
    with_its_picture = Generation.objects.filter(run__in=runs).order_by().values_list("pk", flat=True)
    went_on = Generation.objects.filter(run__continues__in=frames).order_by().values_list("pk", flat=True)
    return set(with_its_picture.union(went_on).order_by())


def _sources_of(frames: list[int]) -> set[int]:
    runs = Generation.objects.filter(pk__in=frames).order_by().values("run")
    inputs = Input.objects.filter(run__in=runs, output__isnull=False).order_by()
    continued = Run.objects.filter(pk__in=runs, continues__isnull=False).order_by()
    pictures = inputs.values_list("output__generation", flat=True)
    return set(pictures.union(continued.values_list("continues", flat=True)).order_by())
