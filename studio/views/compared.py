"""Two pictures side by side, or one over the other: what stands on each side, and under which name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from ..forms.tray import find_pictures, reference
from ..models import Link, Output, Picture, Project, Upload, User
from ..provider.catalogue import BY_KEY, nearest_ratio
from ..templatetags.pictures import thumbnail

SLIDER: Final = "slider"
SIDE_BY_SIDE: Final = "side"
_EVERY_RATIO: Final = BY_KEY["nb2"]


@dataclass(frozen=True, slots=True)
class Side:
    """A picture as one person may see it: as it was sent, or where there is no working copy the thumbnail, perhaps."""

    picture: Picture
    address: str

    @property
    def reference(self) -> str:
        return reference(self.picture)

    @property
    def name(self) -> str:
        """`402A`, `402A, draft`, or what a picture that was brought in is called."""
        if isinstance(self.picture, Output) and self.picture.role != Output.Role.PRIMARY:
            return f"{self.picture.name}, {self.picture.get_role_display().lower()}"
        return self.picture.name

    @property
    def page(self) -> str:
        """The frame it was made in; empty for what was brought in."""
        return self.picture.generation.get_absolute_url() if isinstance(self.picture, Output) else ""

    @property
    def ratio_class(self) -> str:
        return ratio_class(self.picture)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Before and after, shown one of two ways."""

    before: Side
    after: Side
    way: str

    @property
    def is_side_by_side(self) -> bool:
        return self.way == SIDE_BY_SIDE

    @property
    def before_label(self) -> str:
        return _("Before, %(name)s") % {"name": self.before.name}

    @property
    def after_label(self) -> str:
        return _("After, %(name)s") % {"name": self.after.name}

    @property
    def words_of_value(self) -> str:
        """What the slider says of itself; `{}` stands for a number."""
        return _("{} percent before")


def side_of(picture: Picture, person: User) -> Side | None:
    """None for an address that nobody here has seen."""
    if isinstance(picture, Link):
        return Side(picture, thumbnail(picture)) if picture.width else None
    if isinstance(picture, Upload) and not picture.copy_key and picture.person_id != person.pk:
        return Side(picture, thumbnail(picture))
    door, rendition = ("output-file", "original") if isinstance(picture, Output) else ("upload-file", "picture")
    return Side(picture, reverse(door, args=[picture.public_id, rendition]))


def sides_of(pictures: Iterable[Picture], person: User) -> list[Side]:
    """Those that can be shown, each once."""
    unique = {reference(picture): picture for picture in pictures}
    return [side for picture in unique.values() if (side := side_of(picture, person))]


def find_side(text: str, project: Project, person: User) -> Side | None:
    """By a reference such as `output:<uuid>`, or by a frame's own id: then it is the frame's picture."""
    found = find_pictures([text], project) if ":" in text else _pictures_of_frame(text, project)
    return next(iter(sides_of(found, person)), None)


def ratio_class(picture: Picture) -> str:
    """The shape of the box that it is shown in: the nearest that has a name, for the style sheet has no other."""
    return f"ar-{nearest_ratio(_EVERY_RATIO, picture.width, picture.height).replace(':', 'x')}"


def _pictures_of_frame(text: str, project: Project) -> list[Output]:
    primary = Output.objects.living().filter(generation__project=project, role=Output.Role.PRIMARY)
    try:
        return list(primary.filter(generation__public_id=UUID(text)).select_related("generation__run"))
    except ValueError:
        return []
