"""Single sign-on: whom the provider vouches for, and whose account that is.

Only an address that the provider says it has verified counts. It leads to the account with that address, whatever the
account was made by. Without one it makes an account where a setting names the address's domain, or an invitation is
open in this browser, for that very address if it names one; otherwise the door stays closed.
"""

import logging
from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ..membership import holding
from ..membership.invitations import NotAccepted
from .door import invited_email

logger = logging.getLogger(__name__)

_BROKEN: Final = 500


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """The rules above, where allauth asks for them."""

    def get_requests_session(self) -> Any:
        """A provider that is away, or broken, is told to the person in words."""
        session = super().get_requests_session()
        ask = session.request

        def ask_kindly(method: str, url: str, **options: Any) -> Any:
            try:
                answer = ask(method, url, **options)
            except OSError as error:  # which the library's own errors are
                raise self._away(type(error).__name__) from error
            if answer.status_code >= _BROKEN:
                raise self._away(str(answer.status_code))
            return answer

        session.request = ask_kindly
        return session

    def _away(self, reason: str) -> ImmediateHttpResponse:
        logger.warning("The provider of single sign-on did not answer: %s", reason)
        return ImmediateHttpResponse(render(self.request, "socialaccount/authentication_error.html", status=503))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """A known account comes in by its number at the provider; a new one needs a verified address."""
        if not sociallogin.is_existing and not _verified(sociallogin):
            messages.error(request, _("Your single sign-on did not vouch for an email address. Ask its admin."))
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        if holding.opens_the_door(request) and not invited_email(request):
            return bool(_verified(sociallogin))
        return any(
            email.rpartition("@")[2] in settings.NB_SIGN_ON_DOMAINS or email == invited_email(request).lower()
            for email in _verified(sociallogin)
        )

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """With an invitation, the account and the place it was invited to, or neither."""
        if not holding.opens_the_door(request):
            return super().save_user(request, sociallogin, form)
        try:
            with transaction.atomic():
                person = super().save_user(request, sociallogin, form)
                holding.come_in(request, person)
        except NotAccepted as refusal:
            raise ImmediateHttpResponse(redirect("invitation")) from refusal
        return person

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nothing is left to ask: the provider has said name and address."""
        return True

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Not where somebody else's account has only claimed the address and never proven it."""
        claimed = EmailAddress.objects.filter(email__iexact=email, verified=False).exclude(user__email__iexact=email)
        return not claimed.exists()


def _verified(sociallogin: SocialLogin) -> list[str]:
    return [each.email.lower() for each in sociallogin.email_addresses if each.verified and each.email]
