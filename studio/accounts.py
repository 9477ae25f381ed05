"""The door: how allauth behaves in a studio that spends its owner's money."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from .membership import holding
from .membership.invitations import NotAccepted
from .models import User

_NO_MATCH = _("That email and password do not match.")


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up alone: an admin makes accounts, or an invitation does."""

    # One sentence whether the account exists or not: the door tells nobody who is inside.
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
