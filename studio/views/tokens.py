"""A person's own access tokens: made, shown once, revoked."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..access_tokens import LIVE_MAX, Made, NameTaken, TooMany, make, revoke
from ..accounts.sensitive import confirmed
from ..forms.access_token import AccessTokenForm
from ..models import AccessToken
from .pages import page
from .types import StudioRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@confirmed
def tokens(request: StudioRequest) -> HttpResponse:
    """Those that work, and a form for one more. The secret of a new one is on this one page alone."""
    if request.method != "POST":
        return _page(request, AccessTokenForm())
    form = AccessTokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    values = form.cleaned_data
    try:
        made = make(request.user, values["name"], scopes=values["scopes"], days=values["days"], now=timezone.now())
    except TooMany:
        form.add_error(None, _("You have %(limit)d tokens. Revoke one that you need no more.") % {"limit": LIVE_MAX})
        return _page(request, form, status=409)
    except NameTaken:
        form.add_error("name", _("You have a token of this name. Take another, or revoke that one first."))
        return _page(request, form, status=409)
    return _page(request, AccessTokenForm(), made=made)


@require_POST
@login_required
@confirmed
def revocation(request: StudioRequest, public_id: UUID) -> HttpResponse:
    token = AccessToken.objects.visible_to(request.user).filter(public_id=public_id).first()
    if token is None:
        raise Http404(_("No such token."))
    revoke(token, by=request.user, now=timezone.now())
    messages.success(request, _("%(name)s opens nothing any more") % {"name": token.name})
    return redirect("access-tokens")


def _page(
    request: StudioRequest, form: AccessTokenForm, *, made: Made | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "made": made,
        "tokens": AccessToken.objects.visible_to(request.user).live(timezone.now()),
        "api_address": request.build_absolute_uri(reverse("api:api-root")),
        "document_address": request.build_absolute_uri(reverse("api:openapi-json")),
    }
    return page(request, "account/tokens.html", context, status=status)
