"""Why an invitation does not let somebody in, in a sentence that says what to do."""

from collections.abc import Mapping
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..membership import invitations as words
from ..models import User

_REFUSALS: Final[Mapping[str, Promise]] = {
    words.USED: _("This invitation was used: it lets one person in, once. If that was not you, ask for a new one."),
    words.REVOKED: _("This invitation was revoked. Ask for a new one."),
    words.EXPIRED: _("This invitation has expired: its link opens for seven days. Ask for a new one."),
    words.UNFOUNDED: _("Whoever invited you may not do so any more. Ask an owner of the project for a new invitation."),
    words.ANOTHER_ADDRESS: _(
        "This invitation is for another address than yours, %(email)s. Sign in with that one, or ask for your own."
    ),
    words.MEMBER_ALREADY: _("You are in this project already."),
}


def refusal_words(reason: str, user: User | AnonymousUser) -> str:
    """By the word of `NotAccepted`. The address of an invitation is said to nobody who does not have it."""
    return str(_REFUSALS[reason]) % {"email": getattr(user, "email", "")}
