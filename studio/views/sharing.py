"""A link that shows one picture to somebody outside: made, revoked, and followed."""

from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import access
from ..models import Generation, Role, ShareLink, User
from ..talk.sharing import DAYS, TooMany, revoke, share, shown_by
from .pages import page, swaps
from .types import StudioRequest

_DAYS_DEFAULT = 7


@dataclass
class Sharing:
    """The links of a frame that still show it, for one reader. `address` is that of the newest, said this once."""

    generation: Generation
    user: User
    is_owner: bool
    address: str = ""
    error: str = ""
    days = DAYS
    days_default = _DAYS_DEFAULT

    @cached_property
    def links(self) -> list[tuple[ShareLink, bool]]:
        """Each with whether the reader may revoke it."""
        found = ShareLink.objects.open(timezone.now()).filter(generation=self.generation).select_related("person")
        return [(link, self.is_owner or link.person_id == self.user.pk) for link in found]


@require_POST
@login_required
def share_links(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Make a link, for some days."""
    frame = access.editable_generation(request.user, public_id)
    days = request.POST.get("days", str(_DAYS_DEFAULT))
    wanted = int(days) if days in map(str, DAYS) else _DAYS_DEFAULT
    is_owner = access.role_in(request.user, frame.project) == Role.OWNER
    sharing = Sharing(frame, request.user, is_owner)
    status = HTTPStatus.OK
    try:
        _link, token = share(frame, days=wanted, person=request.user, now=timezone.now())
    except TooMany:
        sharing.error = _("This frame has 20 open links. Revoke one first.")
        status = HTTPStatus.CONFLICT
    else:
        sharing.address = request.build_absolute_uri(reverse("shared", args=[token]))
    return _answer(request, sharing, status=status)


@require_POST
@login_required
def revocation(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """End a link at once: whoever made it, or an owner of the project."""
    links = ShareLink.objects.visible_to(request.user).select_related("generation__project", "generation__run")
    link = links.filter(public_id=public_id).first()
    if link is None:
        raise Http404(_("No such link."))
    role = access.role_in(request.user, link.generation.project)
    if role != Role.OWNER and link.person_id != request.user.pk:
        raise PermissionDenied(_("Only who made a link, or an owner of the project, may revoke it."))
    revoke(link, by=request.user, now=timezone.now())
    if not request.htmx:
        messages.info(request, _("The link shows nothing any more"))
    context = {
        "project": link.generation.project,
        "sharing": Sharing(link.generation, request.user, role == Role.OWNER),
    }
    return swaps(request, "studio/talk/shared.swaps.html", context, otherwise=link.generation)


@require_safe
def shared(request: StudioRequest, token: str) -> HttpResponse:
    """What somebody outside sees: the picture, and nothing of where it is from. No session, no cookie."""
    output = shown_by(token, now=timezone.now())
    status = HTTPStatus.OK if output else HTTPStatus.NOT_FOUND
    response = render(request, "studio/talk/shared.html", {"output": output, "token": token}, status=status)
    return for_outsiders(response)


def for_outsiders[R: HttpResponse](response: R) -> R:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: StudioRequest, sharing: Sharing, *, status: int) -> HttpResponse:
    """The section again, with the address while it can be said; without htmx a page, for it cannot be said later."""
    context = {"project": sharing.generation.project, "sharing": sharing}
    if request.htmx:
        return swaps(request, "studio/talk/shared.swaps.html", context, otherwise=sharing.generation, status=status)
    return page(request, "studio/talk/share.html", context, status=status)
