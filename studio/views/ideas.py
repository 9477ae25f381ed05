"""Three things to start an empty project with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..provider.catalogue import BY_KEY, Model
from ..provider.rules import FOLLOW_SOURCE


@dataclass(frozen=True, slots=True)
class Idea:
    """A prompt with the settings that suit it. `price_micros` is the catalogue's: the composer names the real one."""

    key: str
    title: str | Promise
    prompt: str | Promise
    model_key: str
    size: str
    ratio: str

    @property
    def model(self) -> Model:
        return BY_KEY[self.model_key]

    def suits(self, models: Sequence[Model]) -> bool:
        """Whether it can be made as it says: its model is offered, and takes its size and ratio."""
        model = next((each for each in models if each.key == self.model_key), None)
        return model is not None and self.size in model.sizes and self.ratio in (FOLLOW_SOURCE, *model.ratios)

    @property
    def follows_source(self) -> bool:
        return self.ratio == FOLLOW_SOURCE


IDEAS: Final[Sequence[Idea]] = (
    Idea(
        "still-life",
        _("Still life"),
        _("Matte ceramic vase on seamless paper, one soft window light from the left"),
        "pro",
        "2K",
        "4:5",
    ),
    Idea(
        "relight",
        _("Relight a photo"),
        _("Relight this photo as golden hour and keep everything else"),
        "pro",
        "2K",
        FOLLOW_SOURCE,
    ),
    Idea(
        "poster",
        _("Poster draft"),
        _("Two-colour risograph poster of a moon over water, coarse grain"),
        "lite",
        "1K",
        "3:4",
    ),
)


def idea_named(key: str) -> Idea | None:
    return next((idea for idea in IDEAS if idea.key == key), None)
