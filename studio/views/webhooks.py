"""A person's own webhooks: made, tried out, switched, removed, and what each delivery came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..accounts.sensitive import confirmed
from ..forms.webhook import WebhookForm
from ..models import Webhook, WebhookDelivery
from ..webhooks import announce
from ..webhooks.keep import EACH_MAX, Made, TooMany, make, remove, switch
from .pages import page
from .types import StudioRequest

SHOWN: Final = 50
_ERRORS: Final[Mapping[str, Promise]] = {
    "internal_address": gettext_lazy("Its name leads into a closed network"),
    "no_address": gettext_lazy("Its name is not known"),
    "not_connected": gettext_lazy("Nobody took the connection"),
    "timeout": gettext_lazy("No answer in time"),
    "not_allowed": gettext_lazy("Not sent: you do not own the project any more"),
    "secret_lost": gettext_lazy("Not sent: the studio’s own key has changed. Make the webhook anew."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One delivery, in words."""

    delivery: WebhookDelivery

    @property
    def answer(self) -> str:
        """What came back from the last try."""
        if self.delivery.status is not None:
            return _("Answered %(status)d") % {"status": self.delivery.status}
        if self.delivery.error:
            return str(_ERRORS.get(self.delivery.error) or _("The connection ended before an answer was here"))
        return _("Not tried yet") if self.is_waiting else _("Not sent: the webhook was switched off")

    @property
    def is_waiting(self) -> bool:
        return self.delivery.next_try_at is not None

    @property
    def is_delivered(self) -> bool:
        return self.delivery.delivered_at is not None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@confirmed
def webhooks(request: StudioRequest) -> HttpResponse:
    """All of them, and a form for one more. The secret of a new one is on this one page alone."""
    if request.method != "POST":
        return _list(request, WebhookForm(person=request.user))
    form = WebhookForm(request.POST, person=request.user)
    if not form.is_valid():
        return _list(request, form, status=422)
    origin = request.build_absolute_uri("/").rstrip("/")
    try:
        made = make(request.user, form.cleaned_data["url"], form.project, origin=origin, now=timezone.now())
    except TooMany:
        form.add_error(None, _("You have %(limit)d webhooks. Remove one first.") % {"limit": EACH_MAX})
        return _list(request, form, status=409)
    return _list(request, WebhookForm(person=request.user), made=made)


@require_safe
@login_required
def webhook(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """What it was told, the newest first; htmx asks again while a try is about to be made."""
    one = _mine(request, public_id)
    newest = one.deliveries.select_related("generation__run").order_by("-pk")[:SHOWN]
    context = {"webhook": one, "deliveries": [Shown(each) for each in newest]}
    return page(request, "account/webhook.html", context, part="deliveries")


@require_POST
@login_required
def trial(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Something to tell that means nothing."""
    one = _mine(request, public_id)
    if one.is_stopped:
        messages.warning(request, _("It is switched off. Switch it on first."))
    else:
        announce.trial(one, now=timezone.now())
        messages.info(request, _("A test is on its way"))
    return redirect("webhook", one.public_id)


@require_POST
@login_required
def sending(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Switch it off, or with `on` on."""
    one = _mine(request, public_id)
    switch(one, on="on" in request.POST, now=timezone.now())
    return redirect("webhook", one.public_id)


@require_POST
@login_required
@confirmed
def removal(request: StudioRequest, public_id: UUID) -> HttpResponse:
    one = _mine(request, public_id)
    remove(one, by=request.user)
    messages.success(request, _("The webhook for %(host)s is removed") % {"host": one.host})
    return redirect("webhooks")


def _mine(request: StudioRequest, public_id: UUID) -> Webhook:
    found = Webhook.objects.visible_to(request.user).select_related("project").filter(public_id=public_id).first()
    if found is None:
        raise Http404(_("No such webhook."))
    return found


def _list(request: StudioRequest, form: WebhookForm, *, made: Made | None = None, status: int = 200) -> HttpResponse:
    mine = Webhook.objects.visible_to(request.user).select_related("project")
    return page(request, "account/webhooks.html", {"form": form, "made": made, "webhooks": mine}, status=status)
