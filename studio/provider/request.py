"""One valid question to a model. A `GenerationRequest` that exists can be sent."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Final, Literal, Self

from .catalogue import BY_KEY, Model, Pixels
from .rules import FOLLOW_SOURCE, Choices, ImageFacts, Problem, problems
from .way import GEMINIS_OWN, Way, through

REFERENCES_MANY: Final = 6


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

    @property
    def facts(self) -> ImageFacts:
        return ImageFacts(self.mime_type, self.size_bytes)


@dataclass(frozen=True, slots=True)
class InputLink:
    """An input picture by its address: the provider fetches it, we send no byte of it."""

    mime_type: str
    uri: str

    @property
    def facts(self) -> ImageFacts:
        return ImageFacts(self.mime_type, 0, self.uri)

    @property
    def shown_uri(self) -> str:
        """The address for people to read. Its query may hold a signature, which is as good as a key."""
        address, mark, _query = self.uri.partition("?")
        return f"{address}{mark}…" if mark else address


type InputPicture = InputImage | InputLink


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an earlier turn: words or a picture, and the signature it came with, to be sent back unchanged."""

    content: str | InputPicture
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said earlier in the conversation."""

    role: Literal["user", "model"]
    parts: tuple[Part, ...]

    @property
    def pictures(self) -> Iterator[InputPicture]:
        return (part.content for part in self.parts if not isinstance(part.content, str))

    @property
    def characters(self) -> int:
        """Of everything in this turn that is text on the wire."""
        return sum(
            len(part.signature) + (len(part.content) if isinstance(part.content, str) else 0) for part in self.parts
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """What may be asked, already valid: building one raises `InvalidRequest` on any broken rule.

    `ratio` empty means "follow source": the last picture of the whole conversation. `text_answer` asks for words
    beside the picture, which is also what lets several deliverables be told from drafts. `history` holds the earlier
    turns, oldest first; `prompt` and `images` are the turn that is asked now.
    """

    model_key: str
    prompt: str
    size: str = "1K"
    ratio: str = "1:1"
    images: tuple[InputPicture, ...] = ()
    history: tuple[Turn, ...] = ()
    system_prompt: str = ""
    thinking_level: str = ""
    web_search: bool = False
    text_answer: bool = True
    way: Way = GEMINIS_OWN
    model: Model = field(init=False, repr=False, compare=False)
    """The model as this way leaves it."""

    def __post_init__(self) -> None:
        known = BY_KEY.get(self.model_key)
        model = through(known, self.way) if known else None
        if model is None:
            raise InvalidRequest((Problem("model", "unknown_model", (("model", self.model_key),)),))
        found = problems(model, self.choices)
        if found:
            raise InvalidRequest(found)
        object.__setattr__(self, "model", model)

    @property
    def choices(self) -> Choices:
        return Choices(
            prompt=self.prompt,
            size=self.size,
            ratio=self.ratio,
            images=tuple(image.facts for image in self.images),
            thinking_level=self.thinking_level,
            web_search=self.web_search,
            image_only=not self.text_answer,
            system_prompt=self.system_prompt,
            history_images=tuple(image.facts for turn in self.history for image in turn.pictures),
            history_characters=sum(turn.characters for turn in self.history),
        )

    @property
    def pictures(self) -> tuple[InputPicture, ...]:
        """Every picture that goes along, in the order of the wire."""
        return (*(picture for turn in self.history for picture in turn.pictures), *self.images)

    @property
    def expected_pixels(self) -> Pixels | None:
        """Width and height the table promises; None when the source decides."""
        return None if self.ratio == FOLLOW_SOURCE else self.model.pixels(self.size, self.ratio)

    @property
    def read_timeout_seconds(self) -> int:
        """How long the provider may be silent. Many references take it as long as the largest size."""
        by_size = self.model.read_timeout_seconds
        return max(by_size.values()) if len(self.pictures) >= REFERENCES_MANY else by_size[self.size]

    def without_signatures(self) -> Self:
        """The same question with nothing signed in its history: for a provider that no longer knows the signatures."""
        bare = tuple(
            Turn(turn.role, tuple(replace(part, signature="") for part in turn.parts)) for turn in self.history
        )
        return replace(self, history=bare)

    def refed(self) -> Self:
        """The same question without a history: the last picture the model made goes along as an ordinary input.

        It comes last, so that it decides the format as it would have done at the end of the history.
        """
        made = [picture for turn in self.history if turn.role == "model" for picture in turn.pictures]
        return replace(self, history=(), images=(*self.images, *made[-1:]))
