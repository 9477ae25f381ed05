"""The door: how allauth behaves in a studio that spends its owner's money.

An account is made in three ways and no other: by the first run (`first_run.py`), by an invitation
(`membership/holding.py`), and by single sign-on for the domains that a setting names (`single_sign_on.py`). Besides
these an admin makes one by hand.
"""

from types import SimpleNamespace
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import clean_client_ip, get_client_ip
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .. import appearance
from ..membership import holding
from ..membership.invitations import NotAccepted
from ..models import Instance, User
from . import known_browser, post

_NO_MATCH = _("That email and password do not match.")
_UNKNOWN_ADDRESS: Final = "0.0.0.0"  # noqa: S104  (of a client behind a socket, which has none; nothing is bound)
_PROVEN: Final = ("password", "mfa")


def invited_email(request: HttpRequest) -> str:
    """The one address that sign-up is open for in this browser; empty when it is closed, or open for any."""
    invitation = holding.held(request) if holding.opens_the_door(request) else None
    return invitation.email if invitation else ""


def display_name(user: User) -> str:
    """What allauth's mails and a passkey call a person."""
    return user.display_name


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up alone, the door tells nobody who is inside, and mail never keeps a page waiting."""

    # One sentence whether the account exists or not.
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _NO_MATCH,
        "username_password_mismatch": _NO_MATCH,
        "too_many_login_attempts": _("Too many tries. Wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return holding.opens_the_door(request)

    def clean_email(self, email: str) -> str:
        """An invitation with an address is for that address."""
        email = super().clean_email(email)
        invitation = None if self.request.user.is_authenticated else holding.held(self.request)
        if invitation and invitation.email and invitation.email.casefold() != email.casefold():
            raise ValidationError(_("The invitation is for another address: use the one it was sent to."))
        return email

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """The account and the place it was invited to, or neither: two with one link make one account."""
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit)
                holding.come_in(request, saved)
        except NotAccepted as refusal:
            raise ImmediateHttpResponse(redirect("invitation")) from refusal
        return saved

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address, as far as the proxies that a setting counts can be believed.

        A request that did not come through all of them is judged by the connection it came on.
        """
        hops = request.headers.get("x-forwarded-for", "").split(",")
        if len(hops) < settings.ALLAUTH_TRUSTED_PROXY_COUNT:
            return clean_client_ip(request.META.get("REMOTE_ADDR", "")) or _UNKNOWN_ADDRESS
        return get_client_ip(request) or _UNKNOWN_ADDRESS

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries from a browser that this person has used before are counted apart: nobody can lock them out of it."""
        login = str(credentials.get("email") or credentials.get("username") or "")
        return known_browser.key_of(request, login) or str(
            super()._get_login_attempts_cache_key(request, **credentials)
        )

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """A hash of an older Django is made anew when its password is typed; the session must not end by that."""
        before = user.password
        is_theirs: bool = super().reauthenticate(user, password)
        user.refresh_from_db(fields=["password"])
        if is_theirs and user.password != before:
            update_session_auth_hash(self.request, user)  # type: ignore[arg-type]  # a User, by our settings
            UserSession.objects.create_from_request(self.request)
        return is_theirs

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **facts: Any) -> HttpResponse:
        """Whoever has just proven who they are is not asked again at the first thing that needs proof."""
        records = get_authentication_records(request, user)
        if records and records[-1]["method"] in _PROVEN:
            record_authentication(request, user, method=records[-1]["method"], reauthenticated=True)
        response: HttpResponse = super().post_login(request, user, **facts)
        if not facts.get("signup") and not known_browser.is_known(request, user):
            self._tell_of_sign_in(request, user)
        known_browser.remember(response, user)
        if isinstance(user, User):
            appearance.carry(request, response, user)
        return response

    def _tell_of_sign_in(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """By mail, where there is any: whoever is not the owner of the account cannot hinder it."""
        links = {
            "sessions_link": request.build_absolute_uri(reverse("usersessions_list")),
            "password_link": request.build_absolute_uri(reverse("account_change_password")),
        }
        self.send_notification_mail("account/email/new_sign_in", user, links)

    def format_email_subject(self, subject: str) -> str:
        return f"{Instance.called()}: {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        post.send(self._letter(template_prefix, email, context))

    def _letter(self, template_prefix: str, email: str, context: dict[str, Any]) -> EmailMessage:
        """Written now, in the reader's language and with this request's address; sent by another thread."""
        site = SimpleNamespace(name=Instance.called(), domain=self.request.get_host())
        facts = {"request": self.request, "email": email, "current_site": site} | context
        letter: EmailMessage = self.render_mail(template_prefix, email, facts)
        return letter
