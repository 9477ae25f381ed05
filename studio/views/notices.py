"""What happened that the person wants to know of: a list, the way to each thing, and that it was read."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..forms.notice_mail import NoticeMailForm
from ..membership.letter import can_send
from ..models import Notice, NoticeMail, User
from ..models.notice import NoticeQuerySet
from ..notices.reading import read, read_all
from ..notices.words import address, sentence
from .pages import page, swaps
from .shell import Shell
from .types import StudioRequest

PAGE_NOTICES: Final = 30
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR: Final = re.compile(r"([0-9]{1,16})-([0-9]{1,18})")
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A notice as the list shows it."""

    notice: Notice

    @property
    def sentence(self) -> str:
        return sentence(self.notice)

    @property
    def excerpt(self) -> str:
        """What was said last; empty once it was taken back."""
        return self.notice.comment.text if self.notice.comment else ""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def notices(request: StudioRequest) -> HttpResponse:
    """Newest first, by keyset; posted, all that stood on the page are read, and all that are older."""
    if request.method == "POST":
        until = _moment(request.POST.get("until", "")) or timezone.now()
        read_all(request.user, until=until, now=timezone.now())
        return redirect("notices")
    found = _found(request.user)
    if cursor := request.GET.get("before", ""):
        told_at, pk = _cursor(cursor)
        # Not as `earlier or at that moment and ...`, which looks the same and reads all that is newer first.
        found = found.filter(~Q(told_at=told_at, pk__gte=pk), told_at__lte=told_at)
    rows = list(found[: PAGE_NOTICES + 1])
    shown = rows[:PAGE_NOTICES]
    context: dict[str, Any] = {
        "lines": [Line(notice) for notice in shown],
        "until": _written(shown[0].told_at) if shown else "",
        "more_address": "",
    }
    if can_send():
        context["by_mail"] = NoticeMailForm(instance=NoticeMail.objects.filter(person=request.user).first())
    if len(rows) > PAGE_NOTICES:
        before = f"{_written(shown[-1].told_at)}-{shown[-1].pk}"
        context["more_address"] = reverse("notices", query={"before": before})
    return page(request, "studio/notices/notices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def notice(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Followed, it leads to the thing; posted, it only stands as read."""
    one = _found(request.user).filter(public_id=public_id).first()
    if one is None:
        raise Http404(_("No such notice."))
    if request.method == "HEAD":
        return redirect(address(one))
    read(one, now=timezone.now())
    if request.method == "GET":
        return redirect(address(one))
    one.refresh_from_db(fields=["read_at"])
    context = {"line": Line(one), "shell": Shell(request)}
    return swaps(request, "studio/notices/read.swaps.html", context, otherwise=reverse("notices"))


@require_POST
@login_required
def by_mail(request: StudioRequest) -> HttpResponse:
    """Which of them come by mail as well, in this language and with links to this address."""
    wish = NoticeMail.objects.filter(person=request.user).first() or NoticeMail(person=request.user)
    wish.language, wish.origin = get_language() or "en", request.build_absolute_uri("/").rstrip("/")
    form = NoticeMailForm(request.POST, instance=wish)
    form.save()  # four boxes: whatever is sent is an answer
    messages.success(request, _("Saved"))
    return redirect("notices")


def _found(user: User) -> NoticeQuerySet:
    rows = Notice.objects.visible_to(user)
    return rows.select_related("by", "person", "project", "comment", "generation__run").order_by("-told_at", "-pk")


def _cursor(text: str) -> tuple[datetime, int]:
    found = _CURSOR.fullmatch(text)
    moment = _moment(found[1]) if found else None
    if found is None or moment is None:
        raise Http404(_("No such page."))
    return moment, int(found[2])


def _written(moment: datetime) -> str:
    return str((moment - _EPOCH) // _MICROSECOND)


def _moment(text: str) -> datetime | None:
    """What `_written` wrote; None for anything else."""
    try:
        return _EPOCH + int(text) * _MICROSECOND if re.fullmatch("[0-9]{1,16}", text) else None
    except OverflowError:
        return None
