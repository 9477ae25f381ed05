"""Cards of delivered frames, drawn once for everybody who is to see the same.

A page of history shows the same cards again and again, and most of its time went into drawing them anew. What is kept
here is drawn from a `Card` and from nothing else: whatever changes on a frame changes its card, and with it the key.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ..gallery.marks import Marks
from ..models import Generation, Output, Project
from .frames import Frame
from .wall import Hung

KEPT: Final = 2_000
"""Some 3 KB each."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    public_id: UUID
    width: int
    height: int
    colour: str | None
    file_route: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    given_name: str


@dataclass(frozen=True, slots=True)
class GenerationFacts:
    """Its `person` is named in the gallery alone: a run of the feed says above its frames whose they are."""

    public_id: UUID
    get_absolute_url: str
    person: PersonFacts | None
    status: str
    charge: str
    cost_micros: int


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    get_absolute_url: str


@dataclass(frozen=True, slots=True)
class HungFacts:
    span: str
    is_eager: bool


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What `_frame.html` asks of a frame that has its picture."""

    generation: GenerationFacts
    picture: PictureFacts
    number: str
    element_id: str
    alt: str
    shape: str
    sizes: str
    reference: str
    before: str
    is_tall: bool
    further_count: int
    marks: Marks
    is_queued: bool = False
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """The whole context of the template, by the names it has there."""

    frame: FrameFacts
    project: ProjectFacts
    can_make: bool
    hung: HungFacts | None

    @classmethod
    def of(cls, frame: Frame, project: Project, *, can_make: bool, hung: Hung | None) -> "Card | None":
        """None for a frame that has no picture, or none yet: its words change with time."""
        if not frame.picture or not frame.is_final:
            return None
        return cls(
            _frame(frame, frame.picture, is_hung=hung is not None),
            ProjectFacts(project.get_absolute_url()),
            can_make,
            HungFacts(hung.span, hung.is_eager) if hung else None,
        )

    def draw(self) -> SafeString:
        return _drawn(self, get_language(), get_script_prefix())


@lru_cache(KEPT)
def _drawn(card: Card, _language: str | None, _prefix: str) -> SafeString:
    context = {"frame": card.frame, "project": card.project, "can_make": card.can_make, "hung": card.hung}
    return render_to_string("studio/workspace/_frame.html", context)


def _frame(frame: Frame, picture: Output, *, is_hung: bool) -> FrameFacts:
    marks = frame.marks or Marks()
    return FrameFacts(
        generation=_generation(frame.generation, is_hung=is_hung),
        picture=PictureFacts(picture.public_id, picture.width, picture.height, picture.colour, picture.file_route),
        number=frame.number,
        element_id=frame.element_id,
        alt=frame.alt,
        shape=frame.shape,
        sizes=frame.sizes,
        reference=frame.reference,
        before=frame.before,
        is_tall=frame.is_tall,
        further_count=frame.further_count,
        marks=Marks(marks.is_starred, marks.rating, marks.is_picked),
    )


def _generation(generation: Generation, *, is_hung: bool) -> GenerationFacts:
    return GenerationFacts(
        public_id=generation.public_id,
        get_absolute_url=generation.get_absolute_url(),
        person=PersonFacts(generation.person.given_name) if is_hung else None,
        status=generation.status,
        charge=generation.charge,
        cost_micros=generation.cost_micros,
    )
