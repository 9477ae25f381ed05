"""Many prompts with one set of choices: read from a list or a table, each judged by the rules of the model."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.http import QueryDict
from django.utils.translation import gettext as _

from ..jobs.gateway import key_for
from ..jobs.submit_batch import Asked
from ..library.keep import wording_of
from ..library.table import Fault, Row, Table, read_list, read_table
from ..library.wording import Unfit, Wording
from ..models import Picture, Project, PromptVersion
from ..provider.catalogue import Model
from ..provider.request import GenerationRequest, InputPicture
from ..provider.rules import problems
from ..provider.way import Way
from ..question import question_hash
from ..storage.inputs import input_image
from .composition import Composition
from .prompt import unfit_in_words
from .words import change_in_words, problem_in_words

IMAGES_MAX = 100
"""Of all rows together: what a person can look through, and a queue that others still get a turn in."""


@dataclass(frozen=True)
class Batch:
    """What was typed or brought in, and the choices that all rows share. `version` is what a table's columns fill."""

    project: Project
    composition: Composition
    text: str
    version: PromptVersion | None = None
    changes: Sequence[str] = field(default_factory=list)

    @classmethod
    def read(
        cls, data: QueryDict, project: Project, models: tuple[Model, ...], *, version: PromptVersion | None, text: str
    ) -> "Batch":
        """From the page's fields, which are named as the composer's. The choices are made legal, and it is said how."""
        legal, changed = Composition.posted(data, project, models).legal()
        said = [change_in_words(change, legal.model) for change in changed]
        return cls(project, legal, text, version, said)

    @cached_property
    def wording(self) -> Wording | None:
        """What the columns of the table fill; None for a list of whole prompts."""
        wording = wording_of(self.version) if self.version else None
        return wording if wording and wording.blanks else None

    @cached_property
    def table(self) -> Table:
        return read_table(self.text, self.wording) if self.wording else read_list(self.text)

    @property
    def rows(self) -> Sequence[Row]:
        return self.table.rows

    @property
    def pictures(self) -> Sequence[Picture]:
        return self.composition.pictures

    @property
    def images(self) -> int:
        return len(self.rows) * self.composition.variations

    @cached_property
    def sentences(self) -> list[str]:
        """Everything that is wrong, line by line."""
        said = [fault_in_words(fault) for fault in self.table.faults]
        if not said and self.images > IMAGES_MAX:
            facts = {"count": self.images, "limit": IMAGES_MAX}
            said.append(_("That makes %(count)d images. At most %(limit)d go out in one batch.") % facts)
        return said + self._refused_by_the_model()

    def asked(self) -> list[Asked]:
        """The rows as the provider will be asked. Only for a batch in which nothing is wrong."""
        return [Asked(self._request(row), self._source(row)) for row in self.rows]

    def question_hashes(self) -> list[str]:
        return [question_hash(row.text, self.composition.system_prompt, self.pictures) for row in self.rows]

    def _request(self, row: Row) -> GenerationRequest:
        chosen = self.composition
        return GenerationRequest(
            model_key=chosen.model.key,
            prompt=row.text,
            size=chosen.size,
            ratio=chosen.ratio,
            images=self._images,
            system_prompt=chosen.system_prompt,
            thinking_level=chosen.thinking_level,
            web_search=chosen.web_search,
            way=self._way,
        )

    def _source(self, row: Row) -> PromptVersion | None:
        """What the row's words are: those of the table's prompt, or a prompt without blanks that the list repeats."""
        return self.version if self.version and wording_of(self.version).is_wording_of(row.text) else None

    @cached_property
    def _images(self) -> tuple[InputPicture, ...]:
        return tuple(input_image(picture) for picture in self.pictures)

    @cached_property
    def _way(self) -> Way:
        return key_for(self.composition.model).way

    def _refused_by_the_model(self) -> list[str]:
        """Each sentence once: what is wrong with the images is wrong with them in every row."""
        said: dict[str, None] = {}
        for row in self.rows:
            choices = replace(self.composition, prompt=row.text).choices
            for problem in problems(self.composition.model, choices):
                sentence = problem_in_words(problem, self.pictures)
                said[_in_line(row.line, sentence) if problem.field == "prompt" else sentence] = None
        return list(said)


def fault_in_words(fault: Fault) -> str:
    """One sentence, with its line in front if it has one."""
    facts = dict(fault.facts)
    match fault.code:
        case "quotes":
            sentence = _("a quotation mark is not closed, or stands in the middle of a cell.")
        case "cells":
            sentence = _("%(count)d cells, and the first line has %(wanted)d.") % facts
        case "unknown_column":
            sentence = _("there is no blank called “%(name)s”.") % facts
        case "no_column":
            sentence = _("the column %(name)s is missing, and it has no default.") % facts
        case "twice":
            sentence = _("the column %(name)s stands there twice.") % facts
        case "empty":
            return _("Nothing is in it yet.")
        case "too_many":
            return _("%(count)d rows are too many. At most %(limit)d are held in one go.") % facts
        case "too_long" if not fault.line:
            return _("The table is too long. At most %(limit)d characters fit.") % facts
        case code:
            sentence = unfit_in_words(Unfit(str(facts["name"]), code))
    return _in_line(fault.line, sentence)


def _in_line(line: int, sentence: str) -> str:
    return _("Line %(line)d: %(sentence)s") % {"line": line, "sentence": sentence}
