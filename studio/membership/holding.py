"""The invitation whose link a browser has opened: remembered by its hash, so that the address can be left at once.

A link's secret is in no page, no log of the next one, and no row of the sessions.
"""

from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from ..models import Invitation, User
from . import invitations

_KEY: Final = "invitation"


def hold(request: HttpRequest, token: str) -> bool:
    """Remember what the link says. False for a link that never was."""
    token_hash = invitations.hash_of(token)
    if invitations.find(token_hash) is None:
        return False
    request.session[_KEY] = token_hash
    return True


def held(request: HttpRequest) -> Invitation | None:
    """The invitation that was opened in this browser, whatever has become of it."""
    token_hash = request.session.get(_KEY, "")
    return invitations.find(token_hash) if token_hash else None


def let_go(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def opens_the_door(request: HttpRequest) -> bool:
    """Whether somebody new may make an account here: with an invitation that can be accepted, and not without."""
    invitation = held(request)
    return invitation is not None and not invitations.why_not(invitation, None, timezone.now())


def come_in(request: HttpRequest, person: User) -> None:
    """Accept for an account that was just made, in its transaction. Raises `NotAccepted`: then there is no account."""
    invitation = held(request)
    if invitation is None:
        raise invitations.NotAccepted(invitations.REVOKED)
    invitations.accept(invitation, person, is_new=True)
