"""The audit log, for admins: who did what, newest first. Read only."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..access import require_admin
from ..models import AuditEntry
from .pages import page
from .types import StudioRequest

PAGE_LINES: Final = 100


@require_safe
@login_required
def audit(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    rows = AuditEntry.objects.select_related("by")
    if before := request.GET.get("before", ""):
        if not (before.isascii() and before.isdigit() and len(before) < 19):
            raise Http404(_("No such line."))
        rows = rows.filter(pk__lt=int(before))
    entries = list(rows[: PAGE_LINES + 1])
    shown = entries[:PAGE_LINES]
    more = reverse("audit", query={"before": shown[-1].pk}) if len(entries) > PAGE_LINES else ""
    return page(request, "studio/audit/audit.html", {"entries": shown, "more_address": more})
