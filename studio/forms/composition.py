"""What stands in the composer: everything a person has chosen so far, read kindly.

A composition is never refused. What cannot be read is what the composer begins with, and `legal` turns it into
something the model takes. `GenerationForm` is the strict reader, for the moment when money is spent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from django.http import QueryDict

from ..library.keep import wording_of
from ..models import Output, Picture, Project, PromptVersion, Run
from ..provider.catalogue import VARIATIONS_MAX, Model
from ..provider.rules import FOLLOW_SOURCE, Change, Choices, keep_legal
from ..storage.inputs import input_image
from . import tray
from .choices import first_choice, offered
from .conversation import DROP, ONLY_THE_PICTURE, RESUME, Conversation, find_frame, with_picture, without_picture

SOURCE = "source"
"""How the page writes "follow source": an empty value could not be told from a missing one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """One state of the composer. `model` is always one that is offered, if any is.

    `continues` is the conversation that goes on, if one does; in a legal composition its turns can be sent again.
    """

    model: Model
    prompt: str = ""
    system_prompt: str = ""
    size: str = "1K"
    ratio: str = "1:1"
    pictures: tuple[Picture, ...] = ()
    continues: Conversation | None = None
    thinking_level: str = ""
    web_search: bool = False
    image_only: bool = False
    variations: int = 1
    version: PromptVersion | None = None  # the last one that was taken from the library, whatever became of its words

    @property
    def source(self) -> PromptVersion | None:
        """The version that these words still are, with something in every blank."""
        return self.version if self.version and wording_of(self.version).is_wording_of(self.prompt) else None

    @property
    def choices(self) -> Choices:
        return Choices(
            prompt=self.prompt,
            size=self.size,
            ratio=self.ratio,
            images=tuple(input_image(picture).facts for picture in self.pictures),
            thinking_level=self.thinking_level,
            web_search=self.web_search,
            image_only=self.image_only,
            system_prompt=self.system_prompt,
            history_images=self.continues.images if self.continues else (),
            history_characters=self.continues.characters if self.continues else 0,
        )

    @property
    def follows_source(self) -> bool:
        return self.ratio == FOLLOW_SOURCE

    def legal(self) -> tuple[Self, tuple[Change, ...]]:
        """The nearest composition the model takes, and what had to change."""
        talk = self.continues
        if talk is not None and not talk.goes_on_with(self.model):
            legal, changes = self.with_only_the_picture().legal()
            return legal, (talk.change_to(self.model), *changes)
        kept, changes = keep_legal(self.model, self.choices)
        changed = replace(
            self,
            size=kept.size,
            ratio=kept.ratio,
            thinking_level=kept.thinking_level,
            web_search=kept.web_search,
            image_only=kept.image_only,
            variations=min(max(self.variations, 1), VARIATIONS_MAX),
        )
        return changed, changes

    def once(self) -> Self:
        """The same for a single picture."""
        return replace(self, variations=1)

    def with_only_the_picture(self) -> Self:
        """The same without the conversation: its picture goes along as an ordinary input, the last one."""
        if self.continues is None:
            return self
        return replace(self, continues=None, pictures=with_picture(self.pictures, self.continues.picture))

    def resuming(self, talk: Conversation | None) -> Self:
        """The same with the conversation in place of its picture."""
        if talk is None or not talk.turns:
            return self
        return replace(self, continues=talk, pictures=without_picture(self.pictures, talk.picture))

    def with_version(
        self, version: PromptVersion, text: str, pictures: Sequence[Picture], models: tuple[Model, ...]
    ) -> Self:
        """The same with these words of the library, the settings that are suggested and the pictures that go along."""
        ratio = FOLLOW_SOURCE if version.ratio == SOURCE or (pictures and not version.ratio) else version.ratio
        return replace(
            self,
            version=version,
            prompt=text,
            system_prompt=version.system_prompt or self.system_prompt,
            model=(version.model and offered(version.model, models)) or self.model,
            size=version.size or self.size,
            ratio=ratio if version.ratio or pictures else self.ratio,
            pictures=tuple(dict.fromkeys((*self.pictures, *pictures))),
            thinking_level=version.thinking_level or self.thinking_level,
            web_search=self.web_search or version.web_search,
            variations=version.variations or self.variations,
        )

    @classmethod
    def posted(cls, data: QueryDict, project: Project, models: tuple[Model, ...]) -> Self:
        """From the composer's own fields, after the move that `tray` or `conversation` asks for."""
        by_key = {model.key: model for model in models}
        model = by_key.get(data.get("model", ""), first_choice(models))
        pictures = tray.find_pictures(tray.rearrange(data.getlist("inputs"), data.get("tray", "")), project)
        posted = cls(
            model=model,
            prompt=plain_text(data.get("prompt", "")),
            system_prompt=plain_text(data.get("system_prompt", "")),
            size=data.get("size", model.size_default),
            ratio=_posted_ratio(data, pictures),
            pictures=tuple(pictures),
            continues=_conversation(data.get("continues", ""), project),
            thinking_level=data.get("thinking_level", ""),
            web_search=bool(data.get("web_search")),
            image_only=bool(data.get("image_only")),
            variations=_number(data.get("variations", "")),
            version=find_version(data.get("prompt_version", ""), project),
        )
        match data.get("conversation", "").partition(" "):
            case (verb, _, _) if verb == ONLY_THE_PICTURE:
                return posted.with_only_the_picture()
            case (verb, _, _) if verb == DROP:
                return replace(posted, continues=None)
            case (verb, _, frame) if verb == RESUME:
                return posted.resuming(_conversation(frame, project))
        return posted

    @classmethod
    def of_run(cls, run: Run, pictures: Sequence[Picture], models: tuple[Model, ...]) -> Self:
        """All settings and inputs of an earlier run, as far as its model is still offered."""
        same = cls.with_settings_of(run, models)
        talk = Conversation.of(run.continues) if run.continues else None
        return replace(
            same,
            prompt=run.prompt,
            ratio=run.ratio,
            pictures=tuple(pictures),
            continues=talk,
            version=run.version_here,
        )

    @classmethod
    def finishing(
        cls, draft: Output, run: Run, pictures: Sequence[Picture], models: tuple[Model, ...], *, size: str
    ) -> Self:
        """The run once more in another size, for a single picture, with the draft as a further input if one fits."""
        same = replace(cls.of_run(run, pictures, models), size=size, variations=1)
        has_room = len(same.choices.all_images) < same.model.images_max
        return replace(same, pictures=with_picture(same.pictures, draft)) if has_room else same

    @classmethod
    def editing(cls, output: Output, run: Run, models: tuple[Model, ...]) -> Self:
        """This picture as the last input, its model and size, the ratio following it, and nothing written yet."""
        same = cls.with_settings_of(run, models)
        return replace(same, pictures=(output,), ratio=FOLLOW_SOURCE, variations=1)

    @classmethod
    def continuing(cls, talk: Conversation, models: tuple[Model, ...]) -> Self:
        """As `editing`, with the whole conversation in place of its last picture."""
        same = cls.with_settings_of(talk.frame.run, models)
        return replace(same, continues=talk, ratio=FOLLOW_SOURCE, variations=1)

    @classmethod
    def with_settings_of(cls, run: Run, models: tuple[Model, ...]) -> Self:
        """What a run was asked for with, but no words and no pictures."""
        return cls(
            model=offered(run.model, models) or first_choice(models),
            system_prompt=run.system_prompt,
            size=run.size,
            thinking_level=run.thinking_level,
            web_search=run.web_search,
            image_only=not run.text_answer,
            variations=run.variations,
        )


def find_version(public_id: str, project: Project) -> PromptVersion | None:
    """The version with this id, of any prompt of the project. One of another project is not there, whoever asks."""
    try:
        return PromptVersion.objects.select_related("prompt").get(prompt__project=project, public_id=UUID(public_id))
    except (ValueError, PromptVersion.DoesNotExist):
        return None


def plain_text(text: str) -> str:
    """What was typed, with the line ends that the person saw and not those of the wire."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _posted_ratio(data: QueryDict, pictures: Sequence[Picture]) -> str:
    """The chosen ratio. The first image of an untouched tray makes the ratio follow it: that is what an edit means."""
    ratio = data.get("ratio", "1:1")
    if ratio == SOURCE or (ratio == "1:1" and pictures and data.get("had_inputs") == "0"):
        return FOLLOW_SOURCE
    return ratio


def _conversation(public_id: str, project: Project) -> Conversation | None:
    frame = find_frame(public_id, project) if public_id else None
    return Conversation.of(frame) if frame else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
