"""The prompt library of a project as its pages show it: the list, and one prompt beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..forms.prompt import unfit_in_words
from ..library.changes import Change, changes
from ..library.figures import Figures, figures_of, made_with, uses_of
from ..library.keep import wording_of
from ..library.search import newest, newest_of_all
from ..library.wording import Blank, Part, Wording
from ..models import Output, Project, Prompt, PromptVersion, Run, Upload, User
from ..tokens import Words

PROMPTS_PER_PAGE: Final = 30
COUNTED_MAX: Final = 1_001
"""From there on it is many: nobody reads the number, and counting on takes longer than the page."""
PICTURES_SHOWN: Final = 8
VERSIONS_SHOWN: Final = 50
RUNS_LOOKED_AT: Final = 200
OWN_PROMPTS_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    prompt: Prompt
    uses: int

    @property
    def version(self) -> PromptVersion:
        assert self.prompt.current, "a prompt that was kept has a version"
        return self.prompt.current


class Library:
    """One page of a project's prompts, newest first. Nothing is asked of the database before it is shown."""

    def __init__(self, project: Project, data: Mapping[str, Any]) -> None:
        self.project = project
        self.words: str = " ".join(str(data.get("q", "")).split())[:200]
        self.shows_archived = data.get("show") == "archived"
        self.is_picker = "picker" in data  # in the dialog of the composer, whose lines open there
        self._before: str = data.get("before", "")

    @cached_property
    def listed(self) -> list[Listed]:
        shown = self._page[:PROMPTS_PER_PAGE]
        uses = uses_of(shown)
        return [Listed(prompt, uses.get(prompt.pk, 0)) for prompt in shown]

    @property
    def next_before(self) -> UUID | None:
        """The cursor for older ones, if there are any."""
        return self._page[PROMPTS_PER_PAGE - 1].public_id if len(self._page) > PROMPTS_PER_PAGE else None

    @property
    def older_query(self) -> str:
        """What the address of the next page says behind its question mark."""
        asked = {"q": self.words, "show": "archived" if self.shows_archived else "", "picker": self.is_picker and "1"}
        return urlencode({name: value for name, value in asked.items() if value} | {"before": self.next_before})

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever kept here."""
        return not self._page and not self.words and not self._before and not self.shows_archived

    @cached_property
    def count(self) -> int:
        """Of those in use; `COUNTED_MAX` for so many or more."""
        in_use = Prompt.objects.filter(project=self.project, archived_at=None)
        return in_use.order_by()[:COUNTED_MAX].values("pk").count()

    @property
    def is_large(self) -> bool:
        return self.count == COUNTED_MAX

    @property
    def first(self) -> Prompt | None:
        return self._page[0] if self._page else None

    @cached_property
    def _page(self) -> list[Prompt]:
        """One more than is shown, to know whether there are older ones."""
        count, before = PROMPTS_PER_PAGE + 1, self._last_key
        if self.words:
            words = Words.read(self.words, is_being_typed=True)
            return newest(self.project, words, count, is_archived=self.shows_archived, before=before)
        return newest_of_all(self.project, count, is_archived=self.shows_archived, before=before)

    @property
    def _last_key(self) -> int | None:
        """Of the prompt that the page begins behind; 0, which nothing is behind, for one that is not here."""
        if (before := _uuid(self._before)) is None:
            return None
        last = Prompt.objects.filter(project=self.project, public_id=before).values_list("pk", flat=True).first()
        return last or 0


@dataclass(frozen=True, slots=True)
class Field:
    """One blank with what stands in it, for the fill-in form."""

    blank: Blank
    value: str
    error: str = ""


@dataclass
class Filling:
    """The fill-in form of a version. Errors are shown once somebody has tried to use it."""

    version: PromptVersion
    given: Mapping[str, str] = field(default_factory=dict)
    is_tried: bool = False

    @cached_property
    def wording(self) -> Wording:
        return wording_of(self.version)

    @cached_property
    def values(self) -> dict[str, str]:
        return self.wording.values(self.given)

    @property
    def fields(self) -> list[Field]:
        errors = {unfit.name: unfit_in_words(unfit) for unfit in self.unfit} if self.is_tried else {}
        return [Field(blank, self.values[blank.name], errors.get(blank.name, "")) for blank in self.wording.blanks]

    @cached_property
    def unfit(self) -> list[Any]:
        return self.wording.unfit(self.values)

    @property
    def parts(self) -> Sequence[Part]:
        return self.wording.filled(self.values)

    @property
    def text(self) -> str:
        return self.wording.fill(self.values)

    @property
    def pictures(self) -> list[Upload | Output]:
        references = self.version.references.living().select_related("upload", "output__generation__run")
        return [reference.picture for reference in references]

    @property
    def suggested(self) -> str:
        """`Pro, 2K, 4:5, 2 variations`; empty when nothing is suggested."""
        version = self.version
        said = [version.model.short_name if version.model else "", version.size]
        said.append(_("Follow source") if version.follows_source else version.ratio)
        if version.variations and version.variations > 1:
            said.append(
                ngettext("%(count)d variation", "%(count)d variations", version.variations)
                % {"count": version.variations}
            )
        return ", ".join(filter(None, said))


@dataclass(frozen=True, slots=True)
class Written:
    """A version in the list of them, with what it changed in the words of the one before."""

    version: PromptVersion
    changes: Sequence[Change]
    is_current: bool
    is_first: bool


@dataclass
class Shown:
    """One prompt with all that its page says of it."""

    prompt: Prompt
    filling: Filling
    may_make: bool
    may_archive: bool

    @property
    def version(self) -> PromptVersion:
        return self.filling.version

    @property
    def parts(self) -> Sequence[Part]:
        return self.filling.wording.parts

    @cached_property
    def figures(self) -> Figures:
        return figures_of(self.prompt)

    @cached_property
    def made(self) -> list[Output]:
        return list(made_with(self.prompt, PICTURES_SHOWN))

    @cached_property
    def written(self) -> list[Written]:
        """Newest first; one more is read than is shown, for its words are compared with."""
        newest = self.prompt.versions.select_related("person", "restores").order_by("-number")
        rows = list(newest[: VERSIONS_SHOWN + 1])
        before = [*rows[1:], None]
        return [
            Written(row, changes(old.text, row.text) if old else (), row.pk == self.version.pk, row.number == 1)
            for row, old in zip(rows, before, strict=True)
        ][:VERSIONS_SHOWN]


def own_prompts(project: Project, person: User) -> list[Run]:
    """The last prompts that somebody asked with here, newest first, each once. One look at their newest runs."""
    newest = Run.objects.filter(project=project, person=person).select_related("prompt_version__prompt")
    runs: dict[str, Run] = {}
    for run in newest.order_by("-created_at", "-number")[:RUNS_LOOKED_AT]:
        runs.setdefault(run.prompt.strip(), run)
    return list(runs.values())[:OWN_PROMPTS_MAX]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
