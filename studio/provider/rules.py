"""What may be asked of a model: the one pure function that form, server and sandbox all ask.

`problems` finds what is wrong with a set of choices, `keep_legal` makes choices legal after a change of
model and says what it changed. Both read the catalogue and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from .catalogue import (
    BODY_BYTES_MAX,
    CHINA_FIRST_HOSTS,
    IMAGE_BYTES_MAX,
    IMAGE_TYPES,
    LINK_CHARACTERS_MAX,
    PROCESSED_LINK_MARKS,
    PROMPT_CHARACTERS_MAX,
    Model,
)

FOLLOW_SOURCE: Final = ""
"""The ratio choice that sends no `aspectRatio`: the last input image decides."""
_BODY_OVERHEAD_BYTES: Final = 4_096
"""The JSON around the pictures, prompt excepted; measured bodies need under 1 KB for 14 images."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What the rules need to know of an input image. `size_bytes` is before Base64.

    `uri` is not empty for a picture that goes along as an address; such a one weighs nothing.
    """

    mime_type: str
    size_bytes: int
    uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Everything a person decides about one request, still unchecked.

    `history_images` and `history_characters` are what the earlier turns bring along, where they go along.
    """

    prompt: str
    size: str = "1K"
    ratio: str = "1:1"
    images: tuple[ImageFacts, ...] = ()
    thinking_level: str = ""
    web_search: bool = False
    image_only: bool = False
    system_prompt: str = ""
    history_images: tuple[ImageFacts, ...] = ()
    history_characters: int = 0

    @property
    def has_history(self) -> bool:
        return bool(self.history_images or self.history_characters)

    @property
    def all_images(self) -> tuple[ImageFacts, ...]:
        """In the order of the wire: the limits count every one of them."""
        return (*self.history_images, *self.images)


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule. `field` names the form field, `code` the rule, `facts` what a sentence needs."""

    field: str
    code: str
    facts: tuple[tuple[str, object], ...] = ()

    def fact(self, name: str) -> object:
        return dict(self.facts)[name]


@dataclass(frozen=True, slots=True)
class Change:
    """A choice that could not stay. Empty `after` means the field is gone for this model."""

    field: str
    before: str
    after: str


def encoded_bytes(size_bytes: int) -> int:
    """Length of `size_bytes` bytes once they are Base64."""
    return 4 * -(-size_bytes // 3)


def body_bytes(images: Sequence[ImageFacts], text_characters: int = 0) -> int:
    """An upper bound for the encoded JSON body. A character of text may take six bytes (`\\u1234`)."""
    characters = text_characters + sum(len(image.uri) for image in images)
    return _BODY_OVERHEAD_BYTES + 6 * characters + sum(encoded_bytes(image.size_bytes) for image in images)


def is_processed_link(uri: str) -> bool:
    """Whether its server makes the picture on the fly; the gateway refuses such an address."""
    return any(mark in uri.lower() for mark in PROCESSED_LINK_MARKS)


def may_be_out_of_reach(uri: str) -> bool:
    """Whether the provider's servers may not get to this host. Nothing is refused for it."""
    host = (urlsplit(uri).hostname or "").rstrip(".")
    return any(host.endswith(f".{end}") for end in CHINA_FIRST_HOSTS)


def problems(model: Model, choices: Choices) -> tuple[Problem, ...]:
    """Every rule that these choices break for this model, in the order of the form. Empty means valid."""
    return (
        *_prompt_problems(choices),
        *_image_problems(model, choices),
        *_picture_problems(model, choices),
        *_feature_problems(model, choices),
    )


def keep_legal(model: Model, choices: Choices) -> tuple[Choices, tuple[Change, ...]]:
    """The same choices as far as the model allows them, and a list of what had to change."""
    legal = choices
    changes: list[Change] = []
    if choices.size not in model.sizes:
        size = model.size_default if model.size_default in model.sizes else model.sizes[0]
        legal = replace(legal, size=size)
        changes.append(Change("size", choices.size, size))
    if (ratio := _legal_ratio(model, choices)) != choices.ratio:
        legal = replace(legal, ratio=ratio)
        changes.append(Change("ratio", choices.ratio, ratio))
    if choices.thinking_level and choices.thinking_level not in model.thinking_levels:
        legal = replace(legal, thinking_level="")
        changes.append(Change("thinking_level", choices.thinking_level, model.thinking_default))
    if choices.web_search and not model.web_search:
        legal = replace(legal, web_search=False)
        changes.append(Change("web_search", "on", ""))
    if choices.image_only and not model.image_only:
        legal = replace(legal, image_only=False)
        changes.append(Change("image_only", "on", ""))
    return legal, tuple(changes)


def _legal_ratio(model: Model, choices: Choices) -> str:
    """The chosen ratio, or what comes out in its place. Without `aspectRatio` the last image decides."""
    if not choices.all_images:
        return choices.ratio if choices.ratio in model.ratios else "1:1"
    if not model.sends_ratio:
        return FOLLOW_SOURCE
    return choices.ratio if choices.ratio in (FOLLOW_SOURCE, *model.ratios) else "1:1"


def _prompt_problems(choices: Choices) -> list[Problem]:
    found = []
    # Spaces and characters of no width are no prompt: the model would invent one, and it costs the same.
    if not any(character.isprintable() and not character.isspace() for character in choices.prompt):
        found.append(Problem("prompt", "prompt_missing"))
    if len(choices.prompt) > PROMPT_CHARACTERS_MAX:
        facts = (("length", len(choices.prompt)), ("limit", PROMPT_CHARACTERS_MAX))
        found.append(Problem("prompt", "prompt_too_long", facts))
    if len(choices.system_prompt) > PROMPT_CHARACTERS_MAX:
        facts = (("length", len(choices.system_prompt)), ("limit", PROMPT_CHARACTERS_MAX))
        found.append(Problem("system_prompt", "prompt_too_long", facts))
    return found


def _image_problems(model: Model, choices: Choices) -> list[Problem]:
    found = []
    if (count := len(choices.all_images)) > model.images_max:
        facts = (("count", count), ("limit", model.images_max), ("history", len(choices.history_images)))
        found.append(Problem("inputs", "too_many_images", facts))
    for position, image in enumerate(choices.images, start=1):
        found += _one_image_problems(model, image, position)
    if any(_one_image_problems(model, image, 0) for image in choices.history_images):
        found.append(Problem("history", "history_too_big"))
    characters = len(choices.prompt) + len(choices.system_prompt) + choices.history_characters
    body = body_bytes(choices.all_images, characters)
    if body >= BODY_BYTES_MAX:
        found.append(Problem("inputs", "images_too_heavy", (("size", body), ("limit", BODY_BYTES_MAX))))
    return found


def _one_image_problems(model: Model, image: ImageFacts, position: int) -> list[Problem]:
    where = ("position", position)
    found = []
    if image.mime_type not in IMAGE_TYPES:
        found.append(Problem("inputs", "wrong_type", (where, ("type", image.mime_type))))
    if image.size_bytes > IMAGE_BYTES_MAX:
        found.append(
            Problem("inputs", "image_too_big", (where, ("size", image.size_bytes), ("limit", IMAGE_BYTES_MAX)))
        )
    if image.uri:
        found += _link_problems(model, image.uri, where)
    return found


def _link_problems(model: Model, uri: str, where: tuple[str, int]) -> list[Problem]:
    scheme = uri.partition("://")[0].lower()
    if not model.link_schemes:
        return [Problem("inputs", "no_links", (where, ("model", model.name)))]
    if scheme not in model.link_schemes:
        return [Problem("inputs", "wrong_scheme", (where, ("scheme", scheme[:10])))]
    if len(uri) > LINK_CHARACTERS_MAX:
        return [Problem("inputs", "link_too_long", (where, ("limit", LINK_CHARACTERS_MAX)))]
    if is_processed_link(uri):
        return [Problem("inputs", "processed_link", (where,))]
    return []


def _picture_problems(model: Model, choices: Choices) -> list[Problem]:
    found = []
    if choices.size not in model.sizes:
        found.append(Problem("size", "wrong_size", (("size", choices.size), ("model", model.name))))
    if choices.ratio == FOLLOW_SOURCE and not choices.all_images:
        found.append(Problem("ratio", "no_source"))
    elif choices.ratio != _legal_ratio(model, choices):
        found.append(Problem("ratio", "wrong_ratio", (("ratio", choices.ratio), ("model", model.name))))
    return found


def _feature_problems(model: Model, choices: Choices) -> list[Problem]:
    found = []
    if choices.thinking_level and choices.thinking_level not in model.thinking_levels:
        facts = (("level", choices.thinking_level), ("model", model.name))
        found.append(Problem("thinking_level", "wrong_thinking", facts))
    if choices.web_search and not model.web_search:
        found.append(Problem("web_search", "no_web_search", (("model", model.name),)))
    if choices.image_only and not model.image_only:
        found.append(Problem("image_only", "no_image_only", (("model", model.name),)))
    if choices.system_prompt and not model.system_prompt:
        found.append(Problem("system_prompt", "no_system_prompt", (("model", model.name),)))
    if choices.has_history and not model.keeps_history:
        found.append(Problem("history", "no_history", (("model", model.name),)))
    return found
