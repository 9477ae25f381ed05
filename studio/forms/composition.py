"""What stands in the composer: everything a person has chosen so far, read kindly.

A composition is never refused. What cannot be read is what the composer begins with, and `legal` turns it into
something the model takes. `GenerationForm` is the strict reader, for the moment when money is spent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.http import QueryDict

from ..models import Output, Picture, Project, Run
from ..provider.catalogue import VARIATIONS_MAX, Model
from ..provider.rules import FOLLOW_SOURCE, Change, Choices, ImageFacts, keep_legal
from . import tray
from .choices import WEB_SEARCH_IS_PRICED, first_choice, offered

SOURCE = "source"
"""How the page writes "follow source": an empty value could not be told from a missing one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """One state of the composer. `model` is always one that is offered, if any is."""

    model: Model
    prompt: str = ""
    system_prompt: str = ""
    size: str = "1K"
    ratio: str = "1:1"
    pictures: tuple[Picture, ...] = ()
    thinking_level: str = ""
    web_search: bool = False
    variations: int = 1

    @property
    def choices(self) -> Choices:
        return Choices(
            prompt=self.prompt,
            size=self.size,
            ratio=self.ratio,
            images=tuple(ImageFacts(picture.mime_type, picture.size_bytes) for picture in self.pictures),
            thinking_level=self.thinking_level,
            web_search=self.web_search,
            system_prompt=self.system_prompt,
        )

    @property
    def follows_source(self) -> bool:
        return self.ratio == FOLLOW_SOURCE

    def legal(self) -> tuple[Self, tuple[Change, ...]]:
        """The nearest composition the model takes, and what had to change."""
        kept, changes = keep_legal(self.model, self.choices)
        changed = replace(
            self,
            size=kept.size,
            ratio=kept.ratio,
            thinking_level=kept.thinking_level,
            web_search=kept.web_search,
            variations=min(max(self.variations, 1), VARIATIONS_MAX),
        )
        return changed, changes

    def once(self) -> Self:
        """The same for a single picture."""
        return replace(self, variations=1)

    @classmethod
    def posted(cls, data: QueryDict, project: Project, models: tuple[Model, ...]) -> Self:
        """From the composer's own fields, after the move of the tray that `tray` asks for."""
        by_key = {model.key: model for model in models}
        model = by_key.get(data.get("model", ""), first_choice(models))
        pictures = tray.find_pictures(tray.rearrange(data.getlist("inputs"), data.get("tray", "")), project)
        return cls(
            model=model,
            prompt=plain_text(data.get("prompt", "")),
            system_prompt=plain_text(data.get("system_prompt", "")),
            size=data.get("size", model.size_default),
            ratio=_posted_ratio(data, pictures),
            pictures=tuple(pictures),
            thinking_level=data.get("thinking_level", ""),
            web_search=WEB_SEARCH_IS_PRICED and bool(data.get("web_search")),
            variations=_number(data.get("variations", "")),
        )

    @classmethod
    def of_run(cls, run: Run, pictures: Sequence[Picture], models: tuple[Model, ...]) -> Self:
        """All settings and inputs of an earlier run, as far as its model is still offered."""
        return cls(
            model=offered(run.model, models) or first_choice(models),
            prompt=run.prompt,
            system_prompt=run.system_prompt,
            size=run.size,
            ratio=run.ratio,
            pictures=tuple(pictures),
            thinking_level=run.thinking_level,
            web_search=run.web_search and WEB_SEARCH_IS_PRICED,
            variations=run.variations,
        )

    @classmethod
    def editing(cls, output: Output, run: Run, models: tuple[Model, ...]) -> Self:
        """This picture as the last input, its model and size, the ratio following it, and nothing written yet."""
        same = cls.of_run(run, [output], models)
        return replace(same, prompt="", ratio=FOLLOW_SOURCE, variations=1)


def plain_text(text: str) -> str:
    """What was typed, with the line ends that the person saw and not those of the wire."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _posted_ratio(data: QueryDict, pictures: Sequence[Picture]) -> str:
    """The chosen ratio. The first image of an untouched tray makes the ratio follow it: that is what an edit means."""
    ratio = data.get("ratio", "1:1")
    if ratio == SOURCE or (ratio == "1:1" and pictures and data.get("had_inputs") == "0"):
        return FOLLOW_SOURCE
    return ratio


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
