"""The charges behind a figure of the spend review: the figure's link says which, and the page lists them."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ..access import require_admin
from ..ledger.charge_pages import newest
from ..ledger.charges import BECAME, CERTAINTY, Chosen, with_all_that_a_line_names
from ..models import LedgerEntry, Project, User
from ..provider.catalogue import MODELS
from .charges_csv import csv_lines
from .months import Month
from .pages import page
from .types import StudioRequest

PAGE_LINES: Final = 100
BECAME_WORDS: Final = {
    "picture": gettext_lazy("Brought a picture"),
    "nothing": gettext_lazy("Brought none"),
    "refused": gettext_lazy("Refused by the safety filter"),
    "no_image": gettext_lazy("Answered without an image"),
    "lost": gettext_lazy("Image damaged or lost on its way"),
    "unanswered": gettext_lazy("No answer in time"),
    "other": gettext_lazy("For another reason"),
}
CERTAINTY_WORDS: Final = {
    "charged": gettext_lazy("Charged"),
    "presumed": gettext_lazy("Presumed charged"),
    "over_hold": gettext_lazy("Above what was held"),
}


@require_safe
@login_required
def charges(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    month, chosen = Month.asked_for(request), _chosen(request)
    entries = newest(chosen, PAGE_LINES + 1, before=_number(request, "before"))
    shown = entries[:PAGE_LINES]
    count, total_micros = chosen.totals()
    context = {
        "month": month,
        "chosen": chosen,
        "entries": shown,
        "count": count,
        "total_micros": total_micros,
        "choices": _choices(chosen),
        "is_chosen": len(_query(chosen)) > 1,
        "more_address": _address("charges", chosen, before=shown[-1].pk) if len(entries) > PAGE_LINES else "",
        "export_address": _address("charges-csv", chosen),
    }
    return page(request, "studio/spend/charges.html", context)


@require_safe
@login_required
def charges_csv(request: StudioRequest) -> HttpResponseBase:
    """The same rows, all of them, as they are read."""
    require_admin(request.user)
    chosen = _chosen(request)
    lines: Iterator[str] = csv_lines(_oldest_first(chosen))
    name = f"nb-studio-charges-{chosen.month:%Y-%m}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )


def _oldest_first(chosen: Chosen) -> QuerySet[LedgerEntry]:
    return with_all_that_a_line_names(chosen.charges()).order_by("effective_at", "pk")


def _chosen(request: StudioRequest) -> Chosen:
    """What the address says. Raises Http404 for what is not in it by any link or form of ours."""
    said = request.GET
    return Chosen(
        month=Month.asked_for(request).first,
        person=_person(_number(request, "person")),
        project=_project(said.get("project", "")),
        model_key=_one_of(said.get("model", ""), {model.key for model in MODELS}),
        day=_day(said.get("day", "")),
        became=_one_of(said.get("became", ""), BECAME),
        certainty=_one_of(said.get("certainty", ""), CERTAINTY),
    )


def _choices(chosen: Chosen) -> dict[str, list[tuple[str, str, bool]]]:
    """For each select: value, words, and whether it is chosen."""
    people = User.objects.order_by("first_name", "username")
    projects = Project.objects.order_by("name", "pk")
    return {
        "person": [(str(each.pk), each.display_name, each == chosen.person) for each in people],
        "project": [(str(each.public_id), each.name, each == chosen.project) for each in projects],
        "model": [(model.key, model.short_name, model.key == chosen.model_key) for model in MODELS],
        "became": [(key, str(words), key == chosen.became) for key, words in BECAME_WORDS.items()],
        "certainty": [(key, str(words), key == chosen.certainty) for key, words in CERTAINTY_WORDS.items()],
    }


def _query(chosen: Chosen) -> dict[str, str]:
    found = {
        "month": f"{chosen.month:%Y-%m}",
        "person": str(chosen.person.pk) if chosen.person else "",
        "project": str(chosen.project.public_id) if chosen.project else "",
        "model": chosen.model_key,
        "day": chosen.day.isoformat() if chosen.day else "",
        "became": chosen.became,
        "certainty": chosen.certainty,
    }
    return {name: value for name, value in found.items() if value}


def _address(name: str, chosen: Chosen, **more: Any) -> str:
    return reverse(name, query=_query(chosen) | {key: str(value) for key, value in more.items()})


def _number(request: StudioRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404(_("No such charges."))
    return int(text)


def _person(pk: int | None) -> User | None:
    if pk is None:
        return None
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise Http404(_("No such charges."))
    return person


def _project(public_id: str) -> Project | None:
    if not public_id:
        return None
    try:
        return Project.objects.get(public_id=UUID(public_id))
    except (ValueError, ValidationError, Project.DoesNotExist) as error:
        raise Http404(_("No such charges.")) from error


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404(_("No such charges.")) from error
    if day > timezone.localdate():
        raise Http404(_("No such charges."))
    return day


def _one_of(word: str, known: Any) -> str:
    if word and word not in known:
        raise Http404(_("No such charges."))
    return word
