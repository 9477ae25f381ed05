"""What the nightly look through books and pictures came to, in plain sentences; and asking for another one now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ..access import require_admin
from ..jobs import clock, nightly
from ..ledger.audit import Finding
from ..models import Verification
from ..verify.checks import CHECKS
from .types import StudioRequest

OLD: Final = timedelta(hours=26)
"""A night was left out, and an hour or two more."""
_TITLES: Final = {check.number: check.title for check in CHECKS}


@dataclass(frozen=True, slots=True)
class FoundLine:
    """`title` is what should hold; `runbook` where it is written what to do."""

    title: str
    row: str
    words: str
    runbook: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The last look that came to an end, as a person reads it. `look` as of a line of the System page."""

    words: str
    look: str
    lines: list[FoundLine]
    errors: list[str]
    more: int
    is_waiting: bool  # another one is asked for, or under way


def verdict() -> Verdict:
    last = newest()
    is_waiting = Verification.objects.filter(finished_at=None).exists()
    if last is None:
        return Verdict(_not_yet(), "", [], [], 0, is_waiting)
    lines = [_line(each) for each in last.findings]
    errors = [f"{_TITLES.get(each['number'], '')}: {each['error']}" for each in last.errors]
    return Verdict(_words(last), _look(last), lines, errors, last.findings_count - len(lines), is_waiting)


def newest() -> Verification | None:
    return Verification.objects.exclude(finished_at=None).order_by("-finished_at").first()


def troubles() -> Iterator[tuple[str, str, str]]:
    """Title, words and look of what the strip on every page says of it: nothing while all is well."""
    last = newest()
    if last is None:
        return
    if not last.is_clean:
        first = _line(last.findings[0]) if last.findings else None
        words = f"{first.row}: {first.words}" if first else _("Not everything could be looked at.")
        yield _title(last), words, _look(last)
    elif settings.NB_VERIFY_AT is not None and last.finished_at and timezone.now() - last.finished_at > OLD:
        yield (
            _("Books and pictures were not checked"),
            _("The last time was %(time)s.") % {"time": _moment(last)},
            "warn",
        )


@require_POST
@login_required
def verification(request: StudioRequest) -> HttpResponse:
    """Ask a worker to look now, which it does within seconds."""
    require_admin(request.user)
    nightly.ask(clock.now())
    messages.success(request, _("A worker looks now. Read here in a while what it found."))
    return redirect(reverse("system") + "#verification")


def _not_yet() -> str:
    if settings.NB_VERIFY_AT is None:
        return _("Nobody has looked yet, and nobody will by themselves: NB_VERIFY_AT says never.")
    return _("Nobody has looked yet. A worker does every day at %(time)s.") % {
        "time": settings.NB_VERIFY_AT.strftime("%H:%M")
    }


def _title(last: Verification) -> str:
    if last.findings_count:
        words = ngettext("%(count)d thing is wrong", "%(count)d things are wrong", last.findings_count)
        return words % {"count": last.findings_count}
    return _("Books and pictures could not be checked")


def _words(last: Verification) -> str:
    facts = {"time": _moment(last), "seconds": f"{last.seconds:.1f}", "checks": last.checks}
    looked = _("A worker looked on %(time)s: %(checks)s checks in %(seconds)s seconds.") % facts
    if last.findings_count:
        return f"{looked} {_title(last)}."
    return looked + " " + (_("Not everything could be looked at.") if last.errors else _("Nothing is wrong."))


def _moment(last: Verification) -> str:
    assert last.finished_at is not None, "only one that has come to an end is told of"
    return date_format(timezone.localtime(last.finished_at), _("j F Y, H:i"))


def _look(last: Verification) -> str:
    return "" if last.is_clean else "bad" if last.is_grave else "warn"


def _line(kept: Mapping[str, Any]) -> FoundLine:
    found = Finding(kept["kind"], kept["row"], kept["template"], kept["facts"])
    return FoundLine(str(_TITLES.get(kept["number"], "")), found.row, found.words, found.runbook)
