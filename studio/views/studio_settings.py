"""The settings of the studio, for admins: where each of them is, and those that have no page of their own."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..access import require_admin
from ..accounts.sensitive import confirmed
from ..accounts.trial_letter import Trouble, send_trial
from ..forms.general import GeneralForm, RetentionForm
from ..general import GENERAL, set_general, set_trash_days
from ..jobs import clock
from ..models import Generation, Instance
from ..trash.retention import Due, due_with, preview_of, trash_days
from .pages import page
from .settings_index import of_environment, places
from .types import StudioRequest


@dataclass(frozen=True, slots=True)
class Question:
    """What a shorter retention would delete at once, and how long the trash would be kept."""

    days: int
    due: Due


@require_safe
@login_required
def studio_settings(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    return _page(request)


@require_POST
@login_required
def general(request: StudioRequest) -> HttpResponse:
    """The name, and what a new person begins with."""
    require_admin(request.user)
    form = GeneralForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, form=form)
    set_general(form.cleaned_data, by=request.user)
    messages.success(request, _("Saved"))
    return redirect("settings")


@require_POST
@login_required
@confirmed
def retention(request: StudioRequest) -> HttpResponse:
    """How long the trash is kept. What it deletes at once is said first, and only that many are agreed to."""
    require_admin(request.user)
    form = RetentionForm(request.POST)
    if settings.NB_TRASH_DAYS is not None or not form.is_valid():
        return _page(request, status=422, retention_form=form)
    days = form.cleaned_data["days"]
    due = due_with(days, now=clock.now())
    if due.pictures and request.POST.get("deletes") != str(due.pictures):
        return _page(request, status=409, retention_form=form, question=Question(days, due))
    set_trash_days(days, by=request.user)
    messages.success(request, _("Saved"))
    return redirect("settings")


@require_POST
@login_required
def mail(request: StudioRequest) -> HttpResponse:
    """A letter to whoever asks. The page says what came of it."""
    require_admin(request.user)
    if not settings.NB_MAIL or not request.user.email:
        return redirect("settings")
    name = Instance.called()
    trouble = send_trial(
        request.user.email,
        subject=_("A letter from %(studio)s") % {"studio": name},
        body=_("Letters of %(studio)s arrive here. Nothing has to be done.") % {"studio": name},
    )
    return _page(request, letter_went=trouble is None, letter_trouble=_in_words(trouble) if trouble else "")


def _in_words(trouble: Trouble) -> str:
    match trouble:
        case Trouble.NO_ANSWER:
            return _("The mail server does not answer. Check the host, the port and the way (smtp, smtps, smtp+tls).")
        case Trouble.SIGN_IN:
            return _("The mail server does not take the name and the password in NB_MAIL_URL.")
        case Trouble.RECIPIENT:
            return _("The mail server takes no letter to your address.")
        case Trouble.REFUSED:
            return _("The mail server refused the letter. Check the sender in NB_MAIL_FROM.")


def _page(request: StudioRequest, *, status: int = 200, **said: Any) -> HttpResponse:
    studio, days = Instance.current(), trash_days()
    context = {
        "places": places(),
        "facts": of_environment(),
        "form": GeneralForm(initial={name: getattr(studio, name) for name in GENERAL}),
        "retention_form": RetentionForm(initial={"days": days}),
        "days_are_of_environment": settings.NB_TRASH_DAYS is not None,
        "days": days,
        "preview": preview_of(Generation.objects.trashed(), days),
        "sends_mail": settings.NB_MAIL,
        "mail_from": settings.DEFAULT_FROM_EMAIL,
    }
    return page(request, "studio/settings/settings.html", context | said, status=status)
