"""A person's own email address. It is changed by a letter to the new one, and so not at all where no mail is sent."""

from typing import Final

from allauth.account.models import EmailAddress
from allauth.account.views import email
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ..models import User
from .types import StudioRequest

_TEMPLATE: Final = "account/email_change.html"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_address(request: StudioRequest) -> HttpResponse:
    if settings.NB_MAIL:
        _keep_present_one(request.user)
        changed: HttpResponse = email(request)
        return changed
    return render(request, _TEMPLATE, status=200 if request.method != "POST" else 403)


def _keep_present_one(person: User) -> None:
    """allauth would take it away at once: it does not know the address of a person whom an admin made by hand."""
    if person.email and not EmailAddress.objects.filter(user=person).exists():
        is_claimed = EmailAddress.objects.filter(email__iexact=person.email, verified=True).exists()
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=not is_claimed)
