"""The form that a prompt is written with, as its page and the composer's dialog show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.http import QueryDict

from ..forms import tray
from ..forms.choices import enabled_models
from ..forms.composition import SOURCE
from ..forms.prompt import CHOICES_PREFIX, DEFAULT_PREFIX, RATIOS, SIZES, THINKING_LEVELS, kept_pictures, wording_in
from ..library.wording import Blank
from ..models import Output, Project, Prompt, PromptVersion, Upload
from ..provider.catalogue import Model
from .controls import Option


@dataclass(frozen=True, slots=True)
class BlankRow:
    """What is asked about one blank."""

    blank: Blank
    choices: str  # one a line, as typed
    choices_field: str
    default_field: str


@dataclass(kw_only=True)
class Editor:
    """`data` are the fields as sent, or those to begin with. `prompt` is the one that gets a new version, if any."""

    project: Project
    data: QueryDict
    prompt: Prompt | None = None
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    overtaken: PromptVersion | None = None
    is_dialog: bool = False

    @property
    def title(self) -> str:
        return self.data.get("title", "")

    @property
    def text(self) -> str:
        return self.data.get("text", "")

    @property
    def system_prompt(self) -> str:
        return self.data.get("system_prompt", "")

    @property
    def variations(self) -> str:
        return self.data.get("variations", "")

    @property
    def web_search(self) -> bool:
        return bool(self.data.get("web_search"))

    @property
    def base(self) -> str:
        """After somebody else was faster, saving again is saving on top of theirs."""
        return str(self.overtaken.number) if self.overtaken else self.data.get("base", "")

    @property
    def blanks(self) -> list[BlankRow]:
        return [
            BlankRow(
                blank,
                self.data.get(CHOICES_PREFIX + blank.name, ""),
                CHOICES_PREFIX + blank.name,
                DEFAULT_PREFIX + blank.name,
            )
            for blank in wording_in(self.data).blanks
        ]

    @cached_property
    def found(self) -> list[tuple[str, Upload | Output]]:
        """The pictures that go along, each with its reference."""
        pictures = kept_pictures(tray.find_pictures(self.data.getlist("inputs"), self.project))
        return [(tray.reference(picture), picture) for picture in pictures]

    @property
    def left_out(self) -> int:
        """How many of the tray cannot be kept: they are addresses, or no longer here."""
        return len(set(self.data.getlist("inputs"))) - len(self.found)

    @cached_property
    def models(self) -> list[tuple[Model, bool]]:
        return [(model, model.key == self.data.get("model")) for model in enabled_models()]

    @property
    def sizes(self) -> list[Option]:
        return [Option(size, size == self.data.get("size")) for size in SIZES]

    @property
    def ratios(self) -> list[Option]:
        return [Option(ratio, ratio == self.data.get("ratio")) for ratio in RATIOS if ratio != SOURCE]

    @property
    def follows_source(self) -> bool:
        return self.data.get("ratio") == SOURCE

    @property
    def thinking_levels(self) -> list[Option]:
        return [Option(level, level == self.data.get("thinking_level")) for level in THINKING_LEVELS]

    @property
    def general_errors(self) -> Sequence[str]:
        return self.errors.get("__all__", ())
