"""What the bar of the gallery's selection offers: where its buttons lead, for this person in this project."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from ..access import can_make
from ..gallery.marks import known_tags
from ..gallery.people import projects_made_in
from ..models import Project, User
from .selecting import address_of


@dataclass
class SelectionBar:
    """Without a project only what can be done across projects. An empty address is a button that is not there."""

    project: Project | None
    person: User

    @property
    def address(self) -> str:
        if self.project is None:
            return reverse("gallery-selection")
        return reverse("project-selection", args=[self.project.public_id])

    @cached_property
    def can_make(self) -> bool:
        return self.project is not None and can_make(self.person, self.project)

    @property
    def known_tags(self) -> list[str]:
        return known_tags(self.project) if self.project else []

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

    @cached_property
    def others(self) -> list[Project]:
        """Where frames could be moved to."""
        others = [each for each in Project.objects.visible_to(self.person) if each != self.project]
        made_in = projects_made_in(self.person, others)
        return [each for each in others if each.pk in made_in]

    def _address(self, name: str) -> str:
        return address_of(name, self.project) if self.project else ""
