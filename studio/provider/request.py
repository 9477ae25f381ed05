"""One valid question to a model. A `GenerationRequest` that exists can be sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Final, Literal

from .catalogue import BY_KEY, Model, Pixels
from .rules import FOLLOW_SOURCE, Choices, ImageFacts, Problem, problems

REFERENCES_MANY: Final = 6

type SystemPromptMode = Literal["model_role", "system_instruction", "prefix"]


class InvalidRequest(ValueError):
    """The choices break a rule of the catalogue. `problems` says which."""

    def __init__(self, found: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(problem.code for problem in found))
        self.problems = found


@dataclass(frozen=True, slots=True)
class InputImage:
    """An input picture by reference: its bytes stay where they are until the moment they are sent.

    `open` gives a fresh binary reader each time; `size_bytes` is what it will yield.
    """

    mime_type: str
    size_bytes: int
    open: Callable[[], BinaryIO] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """What may be asked, already valid: building one raises `InvalidRequest` on any broken rule.

    `ratio` empty means "follow source". `text_answer` asks for words beside the picture, which is also
    what lets several deliverables be told from drafts.
    """

    model_key: str
    prompt: str
    size: str = "1K"
    ratio: str = "1:1"
    images: tuple[InputImage, ...] = ()
    system_prompt: str = ""
    system_prompt_mode: SystemPromptMode = "model_role"
    thinking_level: str = ""
    web_search: bool = False
    text_answer: bool = True

    def __post_init__(self) -> None:
        if self.model_key not in BY_KEY:
            raise InvalidRequest((Problem("model", "unknown_model", (("model", self.model_key),)),))
        found = problems(self.model, self.choices)
        if found:
            raise InvalidRequest(found)

    @property
    def model(self) -> Model:
        return BY_KEY[self.model_key]

    @property
    def choices(self) -> Choices:
        return Choices(
            prompt=self.prompt,
            size=self.size,
            ratio=self.ratio,
            images=tuple(ImageFacts(image.mime_type, image.size_bytes) for image in self.images),
            thinking_level=self.thinking_level,
            web_search=self.web_search,
            system_prompt=self.system_prompt,
        )

    @property
    def expected_pixels(self) -> Pixels | None:
        """Width and height the table promises; None when the source decides."""
        return None if self.ratio == FOLLOW_SOURCE else self.model.pixels(self.size, self.ratio)

    @property
    def read_timeout_seconds(self) -> int:
        """How long the provider may be silent. Many references take it as long as the largest size."""
        by_size = self.model.read_timeout_seconds
        return max(by_size.values()) if len(self.images) >= REFERENCES_MANY else by_size[self.size]
