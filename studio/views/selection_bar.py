"""What the bar of the gallery's selection offers: where its buttons lead, for this person in this project."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from ..gallery.marks import KNOWN_TAGS_MAX
from ..models import Project, User
from .selecting import address_of


@dataclass
class SelectionBar:
    """Without a project only what can be done across projects. An empty address is a button that is not there."""

    project: Project | None
    person: User
    tags: Sequence[str]  # the names of those there are

    @property
    def address(self) -> str:
        if self.project is None:
            return reverse("gallery-selection")
        return reverse("project-selection", args=[self.project.public_id])

    @property
    def can_make(self) -> bool:
        return self.project is not None and self.project in self.made_in

    @property
    def known_tags(self) -> Sequence[str]:
        """To choose from while one is typed."""
        return self.tags[:KNOWN_TAGS_MAX] if self.project else []

    @property
    def downloads(self) -> str:
        return self._address("downloads")

    @property
    def comparison(self) -> str:
        return self._address("comparison")

    @property
    def trash(self) -> str:
        return self._address("trash") if self.can_make else ""

    @property
    def moves(self) -> str:
        return self._address("moves") if self.can_make and self.others else ""

    @property
    def others(self) -> list[Project]:
        """Where frames could be moved to."""
        return [each for each in self.made_in if each != self.project]

    @cached_property
    def made_in(self) -> list[Project]:
        """Where this person may make pictures, whatever is shown."""
        return list(Project.objects.made_in_by(self.person))

    def _address(self, name: str) -> str:
        return address_of(name, self.project) if self.project else ""
