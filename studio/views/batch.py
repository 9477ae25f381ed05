"""A batch: many prompts with one click, looked at row by row before anything is held."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Final
from uuid import UUID, uuid4

import msgspec
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from .. import access
from ..asked_before import declined_before
from ..csv_file import csv_file, safe_text
from ..forms.batch import Batch
from ..forms.choices import enabled_models, first_choice
from ..forms.composition import Composition, find_version
from ..forms.prompt import SIZES
from ..forms.tray import reference
from ..jobs import clock
from ..jobs.submit import FormReused, OverBudget, PriceChanged, SendingPaused
from ..jobs.submit_batch import submit_batch
from ..ledger.project_budget import project_summary
from ..library.keep import wording_of
from ..library.table import CHARACTERS_MAX, ROWS_MAX, Row
from ..library.wording import Part
from ..models import Instance, Picture, Project, PromptVersion
from ..money import Micros, dollars
from ..prices import Quote, terms_of_call
from ..provider.catalogue import RATIOS_FOURTEEN, Model
from .opening import from_version
from .pages import page
from .refusals import Notice
from .shell import Shell
from .types import StudioRequest

_PREVIEW_BYTES_MAX: Final = 4 * CHARACTERS_MAX


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is shown. `declined` says how often the same was asked for nothing before."""

    row: Row
    parts: list[Part]
    declined: int


@dataclass(kw_only=True)
class Sheet:
    """The page of a batch. `is_looked_at`: its rows are shown, and may be sent if nothing is wrong with them."""

    batch: Batch
    models: tuple[Model, ...]
    shell: Shell
    now: datetime
    is_looked_at: bool = False
    notice: Notice | None = None
    file_error: str = ""
    token: UUID = field(default_factory=uuid4)
    rows_max: int = ROWS_MAX

    @property
    def composition(self) -> Composition:
        return self.batch.composition

    @cached_property
    def quote(self) -> Quote:
        """For all rows together."""
        chosen = self.composition
        terms = terms_of_call(chosen.model, chosen.size, self.now)
        worst = terms.worst(
            chosen.model, chosen.size, thinking_level=chosen.thinking_level, web_search=chosen.web_search
        )
        return Quote(Micros(worst), self.batch.images)

    @property
    def row_micros(self) -> int:
        return self.quote.per_call_micros * self.composition.variations

    @property
    def left_micros(self) -> int:
        """What may be spent here: the person's own, as far as the project has as much left."""
        of_project = project_summary(self.batch.project, self.now).left_micros
        own = self.shell.month.left_micros
        return max(0, own if of_project is None else min(own, of_project))

    @cached_property
    def lines(self) -> list[Line]:
        declined = declined_before(self.batch.question_hashes(), self.batch.project)
        hashes = self.batch.question_hashes()
        wording = self.batch.wording
        return [
            Line(row, list(wording.filled(row.values)) if wording else [Part(row.text)], declined.get(asked, 0))
            for row, asked in zip(self.batch.rows, hashes, strict=True)
        ]

    @property
    def is_over_budget(self) -> bool:
        return self.quote.total_micros > self.left_micros

    @property
    def threshold_micros(self) -> int | None:
        """What the studio asks to be confirmed, if this is more than that."""
        threshold = Instance.current().confirm_above_micros
        return threshold if threshold is not None and self.quote.total_micros > threshold else None

    @property
    def may_be_sent(self) -> bool:
        return self.is_looked_at and not self.batch.sentences and not self.is_over_budget

    @property
    def digest(self) -> str:
        """Of everything that was looked at: what is sent must be just that."""
        chosen = self.composition
        facts = (
            [row.text for row in self.batch.rows],
            (chosen.model.key, chosen.size, chosen.ratio, chosen.variations, chosen.thinking_level, chosen.web_search),
            chosen.system_prompt,
            [str(picture.public_id) for picture in chosen.pictures],
        )
        return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()

    @property
    def sizes(self) -> tuple[str, ...]:
        """Of all models: a size that the chosen one does not make is changed, and it is said to what."""
        return SIZES

    @property
    def ratios(self) -> tuple[str, ...]:
        return RATIOS_FOURTEEN

    @property
    def pictures(self) -> list[tuple[str, Picture]]:
        return [(reference(picture), picture) for picture in self.composition.pictures]

    @property
    def columns(self) -> list[str]:
        return [blank.name for blank in self.batch.wording.blanks] if self.batch.wording else []


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def batch(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The sheet; posted, its rows to look at, or with `send` the runs."""
    project = access.editable_project(request.user, public_id)
    if request.method != "POST":
        return _answer(request, _opened(request, project))
    sheet = _posted(request, project)
    if "send" in request.POST:
        return _send(request, sheet)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sheet.batch.sentences or sheet.file_error else HTTPStatus.OK
    return _answer(request, sheet, status=status)


@require_safe
@login_required
def empty_table(request: StudioRequest, public_id: UUID) -> StreamingHttpResponse:
    """A CSV with the blanks of a prompt as its columns and their defaults in the first row."""
    prompt = access.visible_prompt(request.user, public_id)
    assert prompt.current, "a prompt that was kept has a version"
    blanks = wording_of(prompt.current).blanks
    defaults = [safe_text(blank.default or next(iter(blank.choices), "")) for blank in blanks]
    response = StreamingHttpResponse(
        csv_file([blank.name for blank in blanks], [defaults]), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="table.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _opened(request: StudioRequest, project: Project) -> Sheet:
    models = enabled_models()
    version = find_version(request.GET.get("version", ""), project)
    composition = Composition(model=first_choice(models))
    if version:
        composition = from_version(composition, version, {}, models)
    legal, _changes = composition.legal()
    text = "\t".join(blank.name for blank in wording_of(version).blanks) + "\n" if version else ""
    return Sheet(
        batch=Batch(project, legal, text.lstrip("\n"), version),
        models=models,
        shell=Shell(request),
        now=clock.now(),
    )


def _posted(request: StudioRequest, project: Project) -> Sheet:
    models = enabled_models()
    text, file_error = _text_of(request)
    read = Batch.read(request.POST, project, models, version=_version(request.POST, project), text=text)
    return Sheet(
        batch=read,
        models=models,
        shell=Shell(request),
        now=clock.now(),
        is_looked_at=not file_error,
        file_error=file_error,
    )


def _version(data: QueryDict, project: Project) -> PromptVersion | None:
    return find_version(data.get("version", ""), project)


def _text_of(request: StudioRequest) -> tuple[str, str]:
    """The table, of the file if one came along, and why that file cannot be read."""
    typed = request.POST.get("table", "")
    file = request.FILES.get("file")
    if file is None:
        return typed, ""
    if (file.size or 0) > _PREVIEW_BYTES_MAX:
        return typed, _("%(name)s is too large for a table.") % {"name": file.name}
    try:
        return file.read().decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return typed, _("%(name)s is no text in UTF-8. Save it as “CSV UTF-8” and choose it again.") % {
            "name": file.name
        }


def _send(request: StudioRequest, sheet: Sheet) -> HttpResponse:
    sheet.token = _token(request.POST)
    if sheet.batch.sentences:
        return _answer(request, sheet, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.POST.get("seen") != sheet.digest:
        sheet.token = uuid4()
        sheet.notice = Notice(
            _("Something changed since you looked at it"), _("These are the rows now. Nothing was held.")
        )
        return _answer(request, sheet, status=HTTPStatus.CONFLICT)
    try:
        _ask_above_the_threshold(request, sheet)
        runs = submit_batch(
            sheet.batch.asked(),
            project=sheet.batch.project,
            person=request.user,
            variations=sheet.composition.variations,
            inputs=sheet.batch.pictures,
            form_token=sheet.token,
            quoted_micros=_number(request.POST.get("quoted_micros", "")),
            now=sheet.now,
        )
    except (OverBudget, PriceChanged, SendingPaused, FormReused, NotAgreed) as refusal:
        sheet.notice = _notice(refusal, sheet)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(refusal, OverBudget) else HTTPStatus.CONFLICT
        return _answer(request, sheet, status=status)
    held = sum(run.price_micros * run.variations for run in runs)
    words = ngettext("%(count)d run queued, %(sum)s held", "%(count)d runs queued, %(sum)s held", len(runs))
    messages.success(request, words % {"count": len(runs), "sum": dollars(held)})
    return redirect(sheet.batch.project)


class NotAgreed(Exception):
    """The sum is more than the studio lets anybody spend without a tick. Nothing was held."""


def _ask_above_the_threshold(request: StudioRequest, sheet: Sheet) -> None:
    if sheet.threshold_micros is not None and request.POST.get("confirmed") != str(sheet.quote.total_micros):
        raise NotAgreed


def _notice(refusal: Exception, sheet: Sheet) -> Notice:
    total = dollars(sheet.quote.total_micros)
    match refusal:
        case OverBudget():
            facts = {"sum": total, "left": dollars(sheet.left_micros)}
            sentence = _("It costs %(sum)s, and %(left)s is left. Nothing was held, of no row.") % facts
            return Notice(_("This batch costs more than is left"), sentence)
        case SendingPaused():
            return Notice(_("Sending is paused"), f"{refusal.reason} {_('Nothing was held.')}")
        case FormReused():
            return Notice(_("This form made other runs already"), _("Look at the rows again. Nothing was held."))
        case NotAgreed():
            return Notice(
                _("Spend this much?"), _("Tick that you agree to %(sum)s. Nothing was held.") % {"sum": total}
            )
        case _price_changed:
            return Notice(_("The price is now %(price)s") % {"price": total}, _("Nothing was held."))


def _answer(request: StudioRequest, sheet: Sheet, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {"project": sheet.batch.project, "sheet": sheet, "batch": sheet.batch}
    return page(request, "studio/prompts/batch.html", context, status=status)


def _token(data: QueryDict) -> UUID:
    try:
        return UUID(data.get("form_token", ""))
    except ValueError:
        return uuid4()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
