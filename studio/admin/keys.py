# mypy: disable-error-code="type-arg"
# Django's admin and form classes cannot be subscripted at run time.
"""The gateway's keys: how they are asked, how many calls at a time, and whether anything is sent with them."""

from typing import Final

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.options import ActionLocation
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..jobs import clock
from ..jobs.gateway import gateway_keys, secret_of
from ..jobs.heed import resume, stop
from ..models import GatewayKey
from ..models.gateway_key import Stop
from .base import StudioAdmin

SHOWN_CHARACTERS: Final = 4
_SECRET_CHARACTERS_MIN: Final = 12
"""Of a shorter key the last characters would give away too much."""
_BOTH_PAGES: Final = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


@admin.register(GatewayKey)
class GatewayKeyAdmin(StudioAdmin):
    """The secrets are in the environment, and never shown. Whether anything is sent is changed by the actions alone."""

    fieldsets = [
        (None, {"fields": ["name", "secret", "state"]}),
        (gettext_lazy("How it is asked"), {"fields": ["mode", "system_prompt_mode", "stable_ids", "bucket_addresses"]}),
        (gettext_lazy("How much"), {"fields": ["calls_max"]}),
    ]
    readonly_fields = ["name", "secret", "state"]
    list_display = ["name", "state", "mode", "calls_max", "secret"]
    actions = ["resume_sending", "stop_sending"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GatewayKey]:
        used = [key.pk for key in gateway_keys()]
        return super().get_queryset(request).filter(pk__in=used).order_by("pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Which keys there are is said in the environment."""
        return False

    @admin.display(description=gettext_lazy("Secret"))
    def secret(self, key: GatewayKey) -> str:
        secret = secret_of(key)
        if not secret:
            return _("Not set")
        if len(secret) < _SECRET_CHARACTERS_MIN:
            return _("Set")
        return _("Set, ends in %(end)s") % {"end": secret[-SHOWN_CHARACTERS:]}

    @admin.display(description=gettext_lazy("State"))
    def state(self, key: GatewayKey) -> SafeString:
        return format_html_join(" ", "{}", ((sentence,) for sentence in _sentences(key)))

    @admin.action(description=gettext_lazy("Resume sending"), permissions=["change"], location=_BOTH_PAGES)
    def resume_sending(self, request: HttpRequest, keys: QuerySet[GatewayKey]) -> HttpResponse | None:
        if not request.POST.get("post"):
            consequence = _("One picture tries it first; the others follow when that one goes well.")
            return self._ask(request, keys, "resume_sending", _("Resume sending with these keys?"), consequence)
        now = clock.now()
        with transaction.atomic():
            for key in keys.select_for_update():
                resume(key, now=now)
                self.log_change(request, key, _("Resumed sending."))
        self.message_user(request, _("Sending goes on."), messages.SUCCESS)
        return None

    @admin.action(description=gettext_lazy("Stop sending"), permissions=["change"], location=_BOTH_PAGES)
    def stop_sending(self, request: HttpRequest, keys: QuerySet[GatewayKey]) -> HttpResponse | None:
        if not request.POST.get("post"):
            consequence = _("What is under way is finished. What waits stays in line until sending is resumed.")
            return self._ask(request, keys, "stop_sending", _("Stop sending with these keys?"), consequence)
        now = clock.now()
        with transaction.atomic():
            for key in keys.select_for_update():
                stop(key, Stop.ADMIN, now=now)
                self.log_change(request, key, _("Stopped sending."))
        self.message_user(request, _("Nothing more is sent."), messages.SUCCESS)
        return None

    def _ask(
        self, request: HttpRequest, keys: QuerySet[GatewayKey], action: str, question: str, consequence: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Are you sure?"),
            "opts": self.opts,
            "question": question,
            "consequence": consequence,
            "keys": keys,
            "action": action,
            "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/studio/gatewaykey/confirm.html", context)


def _sentences(key: GatewayKey) -> list[str]:
    """What there is to say, in the order of how bad it is."""
    said = []
    if key.stopped_reason:
        said.append(str(key.get_stopped_reason_display()))
    elif key.is_resting(clock.now()):
        said.append(_("It rests: the provider is busy."))
    elif key.is_on_trial:
        said.append(_("It is tried with one picture at a time."))
    else:
        said.append(_("It sends."))
    if key.caution:
        said.append(str(key.get_caution_display()))
    return said
